import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJson, root, workspacePackages } from './repo.mjs';
import { run } from './run.mjs';

/**
 * What a user gets: every package is packed, the tarballs are judged, and installed by npm into an
 * empty project outside this repository, where the programs in tests/packed use them.
 */
export async function checkPackedPackages(env) {
  const dir = mkdtempSync(path.join(tmpdir(), 'cachefb-packed-'));
  try {
    const failure = await firstFailure([
      () => pack(dir, env),
      () => judge(dir, env),
      () => installInto(path.join(dir, 'user'), dir),
      () => runPrograms(path.join(dir, 'user'), env),
    ]);
    return { ok: failure === undefined, output: failure };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function firstFailure(stages) {
  for (const stage of stages) {
    const results = [await stage()].flat();
    const failed = results.filter(({ ok }) => !ok);
    if (failed.length > 0) return failed.map(({ output }) => output).join('\n');
  }
  return undefined;
}

const pack = (dir, env) =>
  run('pnpm', ['--recursive', '--filter=./packages/*', 'pack', '--pack-destination', dir], {
    env,
    capture: true,
  });

const tarballs = (dir) => readdirSync(dir).filter((name) => name.endsWith('.tgz'));

/** publint and are-the-types-wrong over every tarball, two at a time. */
async function judge(dir, env) {
  const results = [];
  for (const name of tarballs(dir)) {
    const options = { env, cwd: dir, capture: true };
    results.push(
      ...(await Promise.all([
        run('publint', ['run', name, '--strict'], options),
        run('attw', [name, '--profile', 'esm-only', '--no-emoji'], options),
      ])),
    );
  }
  return results;
}

/** The user's manifest names each package with any version: here they become the tarballs. */
function installInto(user, dir) {
  const tarball = ({ name, version }) =>
    `file:${path.join(dir, `${name.slice(1).replace('/', '-')}-${version}.tgz`)}`;
  const own = workspacePackages().map(({ manifest }) => [manifest.name, tarball(manifest)]);
  cpSync(path.join(root, 'tests', 'packed'), user, { recursive: true });
  const file = path.join(user, 'package.json');
  const manifest = readJson(file);
  Object.assign(manifest.dependencies, Object.fromEntries(own));
  manifest.overrides = Object.fromEntries(own.map(([name]) => [name, `$${name}`]));
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
  return run('npm', ['install', '--no-audit', '--no-fund'], { cwd: user, capture: true });
}

async function runPrograms(user, env) {
  const options = { cwd: user, env, capture: true };
  const node = (...args) => run(process.execPath, args, options);
  return [
    await node('javascript.mjs'),
    await run('tsc', ['-p', 'tsconfig.json'], options),
    await node('out/typescript.js'),
    await node('out/node-redis.js'),
    await node('--test', 'conformance.test.mjs'),
  ];
}
