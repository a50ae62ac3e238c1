import { describe } from 'vitest';
import { abandoning } from './abandoning.js';
import { applying } from './applying.js';
import { emptied } from './emptied.js';
import { failingConnection } from './failing-connection.js';
import { loggingIn } from './logging-in.js';
import { longWay } from './long-way.js';
import { overTls } from './over-tls.js';
import { refusedWrites } from './refused-writes.js';
import { stamping } from './stamping.js';
import type { MakeBackend } from './subject.js';
import { tracking } from './tracking.js';
import { unixSocket } from './unix-socket.js';
import { unusableServer } from './unusable-server.js';
import { withoutConnection } from './without-connection.js';

const SUITES = {
  withoutConnection,
  unusableServer,
  loggingIn,
  failingConnection,
  abandoning,
  refusedWrites,
  emptied,
  tracking,
  longWay,
  overTls,
  unixSocket,
  applying,
  stamping,
};

/**
 * What every backend over a real Redis has to stand, beside the conformance suite.
 *
 * @param only - the suites that are run. @defaultValue all of them
 */
export function redisBackendSuites(
  name: string,
  make: MakeBackend,
  only: readonly (keyof typeof SUITES)[] = Object.keys(SUITES) as (keyof typeof SUITES)[],
): void {
  for (const suite of only) describe(name, () => SUITES[suite](make));
}
