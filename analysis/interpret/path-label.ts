/** Marks a string value as a pathlib.Path. */
export const PATH_LABEL = "type:path";
