import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

const policy = '/usr/sbin/policy-rc.d';

/** Installs a package of Debian's, if this is Debian and we may. */
export async function installFromDebian(name) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log(`Installing ${name} with apt-get`);
  await withoutServices(() => install(name));
}

async function install(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const get = ['install', '-y', '--no-install-recommends', name];
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
