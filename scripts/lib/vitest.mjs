import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, readJson, root } from './repo.mjs';
import { run } from './run.mjs';

const entry = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs vitest once, with any Node binary, and counts its tests. */
export async function vitest(args, { env, node = process.execPath } = {}) {
  const report = path.join(cacheDir, 'vitest-report.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok } = await run(node, [entry, 'run', ...reporters, ...args], { env });
  return { ok, ...count(ok, report) };
}

function count(ok, report) {
  if (!existsSync(report)) return { passed: 0, failed: ok ? 0 : 1 };
  const { numPassedTests, numFailedTests, testResults } = readJson(report);
  // A file that breaks before its first test, and an error outside any test, count as one each.
  const broken = testResults.filter(isBroken).length;
  const failed = numFailedTests + broken;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
}

const isBroken = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
