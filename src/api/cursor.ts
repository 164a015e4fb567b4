/** Cursors: where the next page begins, in a form that nobody is tempted to put together by hand. */

export const encodeCursor = (place: string): string => Buffer.from(place).toString("base64url");

/** The place, when the cursor holds one of this form; undefined for anything else. */
export function decodeCursor(cursor: string, form: RegExp): string | undefined {
  const place = Buffer.from(cursor, "base64url").toString("latin1");
  return form.test(place) ? place : undefined;
}
