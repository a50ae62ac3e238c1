/** One promise beside what was found. It is kept if there are no problems. */
export interface Row {
  readonly what: string;
  readonly promised: string;
  readonly found: string;
  /** Each deviation, in words. */
  readonly problems: readonly string[];
}
