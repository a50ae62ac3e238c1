// Kills processes with -9 at random moments, and says what was lost: first one that writes to an LmdbStore, then ones
// whose manager has such a store, while Redis is away and while it comes back. Only kills count after which something
// that was promised had to be there: relaxed, of a process that has written for longer than flushInterval.
// pnpm --filter @cachefb/bench run durability [kills that count, per mode] [store | manager]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Durability } from '@cachefb/core';
import { type KillReport, killRun } from './kill-run.js';
import { Trial, type TrialReport } from './manager/trial.js';

const kills = Number(process.argv[2] ?? 100);
const subject = process.argv[3];
/** Milliseconds. */
const FLUSH_INTERVAL = 400;
/** So that most processes live longer than that. */
const LONGEST_LIFE = 1200;
const MODES = ['strict', 'relaxed'] as const;

let isBroken = false;
if (subject !== 'manager') {
  for (const durability of MODES) {
    const reports = await inFolder((folder) => killWriters(folder, durability));
    console.log(summary(durability, reports));
    isBroken ||= reports.some(({ broken, torn }) => broken > 0 || torn.length > 0);
  }
}
if (subject !== 'store') {
  for (const durability of MODES) {
    const report = await inFolder((folder) => killManagers(folder, durability));
    console.log(managerSummary(durability, report));
    isBroken ||= report.problems.length > 0;
  }
}
process.exitCode = isBroken ? 1 : 0;

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cachefb-durability-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killWriters(folder: string, durability: Durability): Promise<KillReport[]> {
  const task = { path: folder, durability, flushInterval: FLUSH_INTERVAL, writers: 8 };
  const reports: KillReport[] = [];
  for (let counted = 0; counted < kills; ) {
    const report = await killRun(task, Math.random() * LONGEST_LIFE);
    reports.push(report);
    if (report.promised > 0) counted++;
    if (report.broken > 0 || report.torn.length > 0) console.error(durability, report);
  }
  return reports;
}

async function killManagers(folder: string, durability: Durability): Promise<TrialReport> {
  const trial = await Trial.start({
    path: folder,
    durability,
    flushInterval: FLUSH_INTERVAL,
    writers: 8,
    longestLife: LONGEST_LIFE,
  });
  try {
    while (trial.report.counted < kills) {
      const known = trial.report.problems.length;
      await trial.cycle();
      for (const problem of trial.report.problems.slice(known)) console.error(durability, problem);
    }
    return trial.report;
  } finally {
    await trial.close();
  }
}

function summary(durability: Durability, reports: readonly KillReport[]): string {
  const sum = (of: (report: KillReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return [
    `store, ${durability}: ${reports.length} kills, of which ${reports.filter(({ promised }) => promised > 0).length} count`,
    `${sum(({ acknowledged }) => acknowledged)} writes acknowledged, ${sum(({ promised }) => promised)} of them promised`,
    `${sum(({ lost }) => lost)} lost (the oldest ${Math.max(...reports.map(({ oldestLost }) => oldestLost)).toFixed(1)} ms old)`,
    `${sum(({ broken }) => broken)} broken promises`,
    `${sum(({ torn }) => torn.length)} torn`,
  ].join(', ');
}

function managerSummary(durability: Durability, report: TrialReport): string {
  const { kills: killed, counted, acknowledged, promised, settled, synced, problems } = report;
  return [
    `manager, ${durability}: ${killed} kills, of which ${counted} count`,
    `${acknowledged} writes acknowledged, ${promised} of them promised`,
    `${synced} changes brought back in the end of ${settled} outages`,
    `${problems.length} broken promises`,
  ].join(', ');
}
