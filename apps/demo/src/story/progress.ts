import type { CacheManager } from '@cachefb/manager';
import type { Screen } from '../screen/screen.js';

const LABEL = 'Bringing back';

/** Shows how far a sync is; answers how to stop that. A sync may take several rounds, as new changes come in. */
export function showProgress(screen: Screen, cache: CacheManager): () => void {
  let before = 0;
  let last = { done: 0, total: 0 };
  const undo = [
    cache.on('sync:start', ({ pending }) => {
      before = 0;
      last = { done: 0, total: pending };
      screen.settle();
      screen.progress(LABEL, 0, pending);
    }),
    cache.on('sync:progress', ({ done, total }) => {
      if (done < last.done) before += last.done;
      last = { done, total };
      screen.progress(LABEL, before + done, before + total);
    }),
    cache.on('sync:complete', () => screen.settle()),
  ];
  return () => {
    for (const off of undo) off();
  };
}
