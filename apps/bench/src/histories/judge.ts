import {
  checkHistory,
  type FinalState,
  type HistoryRecord,
  type HistoryRule,
} from '@cachefb/testkit';
import { groupOf } from './keys.js';
import type { Plan } from './plan.js';

/** How much of a violation's history is shown. */
const SHOWN = 20;

/** The rules that are broken where an earlier value comes back. */
const REVERSALS: readonly HistoryRule[] = ['stale', 'resurrected', 'own write', 'older read'];

/** What in a history must not be, in sentences. */
export function judge(plan: Plan, history: readonly HistoryRecord[], final: FinalState): string[] {
  const emptied = plan.disturbances.some(({ name }) => name === 'emptied');
  // What several processes share and a server loses is brought back by those who knew it, as far as they did.
  const lost = (key: string) => emptied && !groupOf(key).own && plan.processes > 1;
  // Where a process was not told of changes, `remote` keeps what Redis holds, be it an earlier value of its own.
  const mayRevert = (key: string) =>
    plan.onConflict === 'remote' && groupOf(key).contested === true;
  const start = Math.min(...history.map((record) => record.start));
  const violations = checkHistory(history, final, {
    mayVanish: (key) => groupOf(key).mayVanish === true || lost(key) || (emptied && isPlain(key)),
    mayMiss: (key) => groupOf(key).mayMiss === true,
    contested: (key) => groupOf(key).contested === true,
  }).filter(({ key, rule }) => !(mayRevert(key) && REVERSALS.includes(rule)));
  return violations.map(({ key, field, rule, message, records }) => {
    const first = Math.min(...records.map((record) => record.start));
    const last = Math.max(...records.map((record) => record.end));
    const lines = history
      .filter((record) => isAbout(record, key) && record.end >= first && record.start <= last)
      .sort((a, b) => a.start - b.start)
      .slice(-SHOWN)
      .map((record) => `\n      ${describe(record, start)}`);
    return `${rule}: ${key}${field === undefined ? '' : ` ${field}`}: ${message}${lines.join('')}`;
  });
}

function isPlain(key: string): boolean {
  return key.startsWith('plain:');
}

function isAbout({ command }: HistoryRecord, key: string): boolean {
  return 'key' in command ? command.key === key : 'keys' in command && command.keys.includes(key);
}

function describe(record: HistoryRecord, start: number): string {
  const { process, command, outcome, reply } = record;
  const { name, ...args } = command;
  const shown = JSON.stringify(args, (_, value) =>
    typeof value === 'bigint' ? String(value) : value === false ? undefined : value,
  );
  const answer = outcome === 'done' ? JSON.stringify(reply) : outcome;
  const [from, to] = [record.start - start, record.end - start].map((ms) => ms.toFixed(1));
  return `${from}–${to} ${process} ${name} ${shown} → ${answer}`;
}
