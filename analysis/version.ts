/** Part of every cache key: raise it when the same code may give another Program. */
export const ANALYSER_VERSION = "1";
