/** The label of what is as much as somebody says: it does no harm in a text, as a number does none. */
export const ASKED_NUMBER = "type:asked number";
