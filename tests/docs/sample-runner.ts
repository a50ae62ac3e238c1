type Test = () => void | Promise<void>;

let tests: Test[] = [];

/** Stands for the test runner of a program that defines tests. */
export function describe(_name: string, body: () => void): void {
  body();
}

/** Takes a test in, for {@link runSample}. */
export function it(_name: string, body: Test): void {
  tests.push(body);
}

/** Runs the tests that a program defined, if it did. */
export async function runSample(): Promise<void> {
  const defined = tests;
  tests = [];
  for (const test of defined) await test();
}
