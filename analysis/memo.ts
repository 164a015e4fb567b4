/** Memory for questions about short texts that every program asks: names, paths, hosts. */

/** Answers that one memo keeps, and characters of the longest question: hostile programs cannot fill the memory with either. */
const MOST_ANSWERS = 20_000;
const LONGEST_QUESTION = 80;

/** `answer`, which must depend on its text alone, asked once for each text. */
export function memo<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = answer(text);
    if (text.length <= LONGEST_QUESTION && known.size < MOST_ANSWERS) known.set(text, found);
    return found;
  };
}
