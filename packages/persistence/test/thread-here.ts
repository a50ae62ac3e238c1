import { MessageChannel } from 'node:worker_threads';
import { serve } from '../src/thread/serve.js';
import type { Thread } from '../src/thread/store-thread.js';

/** A store's thread that is none: quick to start, and seen by what measures coverage. */
export function threadHere(): Thread {
  const { port1, port2 } = new MessageChannel();
  serve(port2);
  return {
    postMessage: port1.postMessage.bind(port1) as Thread['postMessage'],
    on: (event: string, listener: (value: never) => void) => {
      port1.on(event === 'exit' ? 'close' : event, listener as (value: unknown) => void);
    },
    ref: () => port1.ref(),
    unref: () => port1.unref(),
  };
}
