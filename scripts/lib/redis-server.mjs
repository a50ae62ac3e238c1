import { installFromDebian } from './debian.mjs';
import { run } from './run.mjs';

export const howToGetRedis =
  'No redis-server on PATH. Install one: `apt-get install redis-server` (Debian, Ubuntu), ' +
  '`brew install redis` (macOS), or from https://redis.io/docs/latest/operate/oss_and_stack/install/';

/** Whether a redis-server can be started; on Debian as root it is installed if it is missing. */
export async function ensureRedisServer() {
  if (await found()) return true;
  await installFromDebian('redis-server');
  return found();
}

const found = async () => (await run('redis-server', ['--version'], { capture: true })).ok;
