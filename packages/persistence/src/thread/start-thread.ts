import { Worker } from 'node:worker_threads';
import type { Thread } from './store-thread.js';

/** Starts the thread of a store. What the application preloads, or counts as its own options, is not for it. */
export function startThread(): Thread {
  return new Worker(new URL('./thread.js', import.meta.url), {
    name: 'cachefb store',
    execArgv: [],
  });
}
