// A process that writes until it is killed: every writer replaces its entry by the next one in one transaction, and
// says so when the store has acknowledged it.
import { setTimeout as sleep } from 'node:timers/promises';
import { LmdbStore } from '@cachefb/persistence';
import { changesTo, readCounts } from './counted-entries.js';
import { printNow } from './print-now.js';
import { formatAcknowledgement, type WriterTask } from './task.js';

const { writers, ...options } = JSON.parse(process.argv[2] ?? '') as WriterTask;
const store = new LmdbStore(options);
const counts = (await readCounts(store)).counts;
await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));

async function write(writer: number): Promise<never> {
  for (let count = (counts.get(writer) ?? 0) + 1; ; count++) {
    await store.write(changesTo(writer, count));
    printNow(formatAcknowledgement({ writer, count, at: performance.now() }));
    await sleep(Math.random() * 3);
  }
}
