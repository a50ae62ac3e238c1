/** The two functions of a test runner that a suite needs; vitest, node:test, mocha and jest all have them. */
export interface TestApi {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
}
