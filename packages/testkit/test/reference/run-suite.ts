import type { ConformanceGroup, TestApi } from '../../src/index.js';

interface Collected {
  readonly path: readonly string[];
  readonly body: () => void | Promise<void>;
}

/** Runs one group of a suite without a test runner; answers the names of the tests that failed. */
export async function failuresOf(
  group: ConformanceGroup,
  define: (api: TestApi) => void,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { path, body } of collect(define)) {
    if (!path.includes(group)) continue;
    try {
      await body();
    } catch {
      failed.push(path.at(-1) ?? '');
    }
  }
  return failed;
}

function collect(define: (api: TestApi) => void): Collected[] {
  const tests: Collected[] = [];
  const path: string[] = [];
  define({
    describe(name, body) {
      path.push(name);
      body();
      path.pop();
    },
    it(name, body) {
      tests.push({ path: [...path, name], body });
    },
  });
  return tests;
}
