import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

const policy = '/usr/sbin/policy-rc.d';

export const howToGetRedis =
  'No redis-server on PATH. Install one: `apt-get install redis-server` (Debian, Ubuntu), ' +
  '`brew install redis` (macOS), or from https://redis.io/docs/latest/operate/oss_and_stack/install/';

/** Whether a redis-server can be started; on Debian as root it is installed if it is missing. */
export async function ensureRedisServer() {
  if (await found()) return true;
  const root = process.getuid?.() === 0;
  if (!root || !existsSync('/etc/debian_version')) return false;
  console.log('Installing redis-server with apt-get');
  await withoutServices(install);
  return found();
}

const found = async () => (await run('redis-server', ['--version'], { capture: true })).ok;

async function install() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const get = ['install', '-y', '--no-install-recommends', 'redis-server'];
  if ((await run('apt-get', get, { env, capture: true })).ok) return;
  await run('apt-get', ['update'], { env, capture: true });
  await run('apt-get', get, { env, capture: true });
}

/** Debian starts a service with its package, unless this file says no. Ours is gone afterwards. */
async function withoutServices(action) {
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await action();
  } finally {
    if (ours) rmSync(policy);
  }
}
