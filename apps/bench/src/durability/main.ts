// Kills a process that writes to an LmdbStore with -9 at random moments, and says what was lost.
// pnpm --filter @cachefb/bench run durability [kills per mode]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Durability } from '@cachefb/core';
import { type KillReport, killRun } from './kill-run.js';

const kills = Number(process.argv[2] ?? 100);
const FLUSH_INTERVAL = 400;
const LONGEST_LIFE = 800;

let isBroken = false;
for (const durability of ['strict', 'relaxed'] as const) {
  const reports = await killMany(durability);
  console.log(summary(durability, reports));
  isBroken ||= reports.some(({ broken, torn }) => broken > 0 || torn.length > 0);
}
process.exitCode = isBroken ? 1 : 0;

async function killMany(durability: Durability): Promise<KillReport[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cachefb-durability-'));
  const task = { path: folder, durability, flushInterval: FLUSH_INTERVAL, writers: 8 };
  const reports: KillReport[] = [];
  try {
    for (let i = 0; i < kills; i++) {
      const report = await killRun(task, Math.random() * LONGEST_LIFE);
      reports.push(report);
      if (report.broken > 0 || report.torn.length > 0) console.error(durability, report);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return reports;
}

function summary(durability: Durability, reports: readonly KillReport[]): string {
  const sum = (of: (report: KillReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return [
    `${durability}: ${reports.length} kills, ${sum(({ acknowledged }) => acknowledged)} writes acknowledged`,
    `${sum(({ lost }) => lost)} lost (the oldest ${Math.max(...reports.map(({ oldestLost }) => oldestLost)).toFixed(1)} ms old)`,
    `${sum(({ broken }) => broken)} of them promised`,
    `${sum(({ torn }) => torn.length)} torn`,
  ].join(', ');
}
