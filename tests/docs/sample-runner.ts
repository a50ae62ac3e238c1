type Test = () => void | Promise<void>;

const EVERY = 10;
let tests: Test[] = [];

/** Stands for the test runner of a program that defines tests. */
export function describe(_name: string, body: () => void): void {
  body();
}

/** Takes a test in, for {@link runSample}. */
export function it(_name: string, body: Test): void {
  tests.push(body);
}

/** Runs some of the tests that a program defined, if it did: all of them run where the suite itself is tested. */
export async function runSample(): Promise<void> {
  const defined = tests;
  tests = [];
  for (let at = 0; at < defined.length; at += EVERY) {
    await defined[at]?.();
  }
}
