/** A part that outlives a change of configuration: started once, used by every configuration that wants it as it is, closed with the last. */

export type SharedPart<T> = {
  readonly part: T;
  /** What it was started with. */
  readonly settings: string;
  /** This one again when the settings are the same, else null. */
  join(settings: string): SharedPart<T> | null;
  /** Closes the part when nobody else uses it. */
  leave(): Promise<void>;
};

export function sharePart<T extends { close(): Promise<void> }>(part: T, settings: string): SharedPart<T> {
  let users = 1;
  const shared: SharedPart<T> = {
    part,
    settings,
    join: (wanted) => {
      if (wanted !== settings || users === 0) return null;
      users++;
      return shared;
    },
    leave: async () => {
      users--;
      if (users === 0) await part.close();
    },
  };
  return shared;
}
