import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Downloads that belong to this clone: pnpm, other Node versions. Git ignores it. */
export const cacheDir = path.join(root, '.cache');

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Every package under packages/: its folder and its manifest. */
export function workspacePackages() {
  const parent = path.join(root, 'packages');
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(parent, entry.name))
    .map((dir) => ({ dir, manifest: readJson(path.join(dir, 'package.json')) }));
}
