/**
 * Text from a submission made safe and even for a terminal: nothing in it can move the cursor, change colours,
 * reorder what is read (CWE-1007, "Trojan Source") or break the line it is printed on.
 */
import stringWidth from "string-width";

const TAB_STOP = 4;
const CONTROL = /[\u0000-\u001f\u007f]/g;
const INVISIBLE =
  /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** One line: control characters as their pictures, invisible and reordering ones as `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(CONTROL, picture).replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** As `printable`, with tabs spread to the next multiple of four columns counted from the start of the line. */
export function printableLine(line: string): string {
  let shown = "";
  for (const piece of line.split(/(\t)/)) {
    shown += piece === "\t" ? " ".repeat(TAB_STOP - (columns(shown) % TAB_STOP)) : printable(piece);
  }
  return shown;
}

/** Terminal columns: wide characters count two, combining marks none. */
export const columns = (text: string): number => stringWidth(text);

/** At most `limit` characters, the cut marked. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${[...text.slice(0, limit - 1)].join("")}…`;
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}
