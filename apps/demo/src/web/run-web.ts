import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findRedisServer } from '@cachefb/testkit';
import { Refusal } from '../cli/refusal.js';
import { Dashboard } from './dashboard.js';
import { RedisRig } from './redis-rig.js';
import { readStaticFiles } from './static-files.js';
import { WebServer } from './web-server.js';

/** Where Vite builds the page. */
const PAGE = fileURLToPath(new URL('../page', import.meta.url));

/** Serves the dashboard until the signal; cleans up after it whatever happens. */
export async function runWeb(signal: AbortSignal, print: (line: string) => void): Promise<void> {
  const program = findRedisServer();
  if (program === undefined) {
    throw new Refusal(
      'The dashboard needs a redis-server that it can kill, and there is none on the PATH: ' +
        'apt-get install redis-server (Debian, Ubuntu), brew install redis (macOS).',
    );
  }
  const files = await readStaticFiles(PAGE);
  const rig = await RedisRig.start(program);
  const dashboard = new Dashboard(rig);
  let server: WebServer | undefined;
  try {
    await dashboard.start();
    const { feed } = dashboard;
    server = await WebServer.start({ files, feed, act: (action) => dashboard.act(action) });
    print(`The dashboard is at ${server.url}`);
    print('Ctrl-C ends it, and its redis-server with it.');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server?.close();
    await dashboard.close();
    await rig.close();
  }
}
