/** The two functions of a test runner that a suite needs; vitest, node:test, mocha and jest all have them. */
export interface TestApi {
  /** Groups tests under a name. */
  describe(name: string, body: () => void): unknown;
  /** Defines a test. */
  it(name: string, body: () => void | Promise<void>): unknown;
}
