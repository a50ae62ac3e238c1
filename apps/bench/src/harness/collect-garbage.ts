import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Collects what nobody uses any more, now. */
export function collectGarbage(): void {
  collect ??= exposeCollector();
  collect();
}

/** Not before it is needed, so that everything before it is measured in an ordinary process. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
