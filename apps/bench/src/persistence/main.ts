// What persistence costs, for the cache in memory alone and for a manager: main-thread CPU of a critical write, group
// commits, and loading a million entries.
// pnpm --filter @cachefb/bench run persistence
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { managerCosts } from './manager.js';
import { memoryCosts } from './memory.js';

const subject = process.argv[2];
if (subject === 'memory') await memoryCosts();
else if (subject === 'manager') await managerCosts();
else {
  // In processes of their own: what one does makes the other slower.
  const file = fileURLToPath(import.meta.url);
  for (const one of ['memory', 'manager']) {
    const { status } = spawnSync(process.execPath, [file, one], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
