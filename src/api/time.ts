/** Times in requests: RFC 3339 with a zone. */

/** `Date.parse` alone also takes `1` and local times. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** ms since the epoch; NaN for text that is no time. */
export const parseTime = (text: string): number => (TIME.test(text) ? Date.parse(text) : Number.NaN);

export const TIME_EXPECTED = "expected a time such as `2030-01-01T00:00:00Z`";
