import { existsSync } from 'node:fs';
import path from 'node:path';
import { readJson, root, workspacePackages } from './repo.mjs';

const least = 90;

/** Prints the line coverage of every published package; each has to reach the limit by itself. */
export function checkCoverage() {
  const file = path.join(root, 'coverage', 'coverage-summary.json');
  if (!existsSync(file)) return { ok: false, output: 'The tests wrote no coverage.' };
  const files = Object.entries(readJson(file));
  let ok = true;
  for (const { dir, manifest } of workspacePackages()) {
    const own = files.filter(([name]) => name.startsWith(path.join(dir, 'src') + path.sep));
    const share = percent(own.map(([, { lines }]) => lines));
    if (share < least) ok = false;
    const remark = share < least ? `  below ${least}` : '';
    console.log(
      `   ${manifest.name.padEnd(20)} ${share.toFixed(1).padStart(5)} % of lines${remark}`,
    );
  }
  return { ok };
}

function percent(lines) {
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  const covered = lines.reduce((sum, line) => sum + line.covered, 0);
  return total === 0 ? 100 : (100 * covered) / total;
}
