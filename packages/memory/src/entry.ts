/** The fields of a hash. */
export type Hash = Map<string, string>;

/** What an entry holds. */
export type Value = string | Hash;

/** The key of no entry, and its value. */
export const NOTHING = '';
