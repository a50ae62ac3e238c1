import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDir, readJson, root } from './repo.mjs';
import { run, runOrExit } from './run.mjs';

const pin = readJson(path.join(root, 'package.json')).packageManager;
const version = pin.slice(pin.indexOf('@') + 1);

/** Left beside an installed pnpm once it is whole. */
const READY = 'ready';

/**
 * The environment in which the tools run. pnpm is not asked for: where the pinned version is not
 * on PATH, npm installs it into this clone (corepack would refuse its signature), and it goes first
 * on the PATH of the children, where turbo looks for it.
 */
async function environment() {
  const prefix = path.join(cacheDir, `pnpm-${version}`);
  const folders = [path.join(root, 'node_modules', '.bin')];
  if (!(await onPath())) {
    const bin = path.join(prefix, 'node_modules', '.bin');
    if (!existsSync(path.join(prefix, READY))) await installPnpm(prefix);
    folders.push(bin);
  }
  const PATH = [...folders, process.env.PATH].join(path.delimiter);
  return { ...process.env, PATH, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
}

async function onPath() {
  const { ok, output } = await run('pnpm', ['--version'], { capture: true });
  return ok && output.trim() === version;
}

async function installPnpm(prefix) {
  console.log(`Installing pnpm ${version} into ${path.relative(root, prefix)}`);
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runOrExit('npm', ['install', '--prefix', prefix, ...flags, pin], { capture: true });
  // npm may be set to run no package's scripts, but without this one pnpm is a file that only a shell can run.
  const setup = path.join(prefix, 'node_modules', 'pnpm', 'install.js');
  await runOrExit(process.execPath, [setup], { capture: true });
  await writeFile(path.join(prefix, READY), '');
}

/** Installs what the lock file names (quick when nothing changed) and gives the environment. */
export async function prepare() {
  const env = await environment();
  await runOrExit('pnpm', ['install', '--frozen-lockfile'], { env, capture: true });
  return env;
}

/** Builds some packages, with everything they depend on; without a filter all of them. */
export const buildArgs = (...filters) => [
  'run',
  'build',
  '--output-logs=errors-only',
  ...filters.map((filter) => `--filter=${filter}`),
];
