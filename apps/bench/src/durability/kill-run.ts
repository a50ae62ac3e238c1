import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LmdbStore } from '@cachefb/persistence';
import { readCounts } from './counted-entries.js';
import { type Acknowledgement, readAcknowledgements, type WriterTask } from './task.js';

const PROGRAM = fileURLToPath(new URL('./writer-main.js', import.meta.url));

/** What one kill showed. */
export interface KillReport {
  /** Writes that were acknowledged before the kill. */
  readonly acknowledged: number;
  /** Of these, how many the store had promised: all when strict, when relaxed those older than `flushInterval`. */
  readonly promised: number;
  /** Of those that were acknowledged, how many are gone. */
  readonly lost: number;
  /** Of those that were promised, how many are gone. */
  readonly broken: number;
  /** How old the oldest lost one was at the last sign of life, milliseconds. */
  readonly oldestLost: number;
  readonly torn: readonly string[];
}

/** Has a process write, kills it with -9 after a while, and looks at what it left. */
export async function killRun(
  task: WriterTask,
  life: number,
  program = PROGRAM,
): Promise<KillReport> {
  const acknowledged = readAcknowledgements(await outputUntilKilled(task, life, program));
  const { writers: _, ...options } = task;
  const store = new LmdbStore(options);
  const { counts, torn } = await readCounts(store);
  await store.close();
  const end = Math.max(0, ...acknowledged.map(({ at }) => at));
  const lost = acknowledged.filter(({ writer, count }) => count > (counts.get(writer) ?? 0));
  const age = ({ at }: Acknowledgement) => end - at;
  const grace = task.durability === 'strict' ? 0 : task.flushInterval;
  const isPromised = (one: Acknowledgement) => age(one) >= grace;
  return {
    acknowledged: acknowledged.length,
    promised: acknowledged.filter(isPromised).length,
    lost: lost.length,
    broken: lost.filter(isPromised).length,
    oldestLost: Math.max(0, ...lost.map(age)),
    torn,
  };
}

/** What the child printed; it is killed `life` milliseconds after its first line. */
async function outputUntilKilled(task: WriterTask, life: number, program: string): Promise<string> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), life);
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`a writer ended by itself:\n${errors}`);
  return output;
}
