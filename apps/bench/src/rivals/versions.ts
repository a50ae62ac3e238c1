import { readFile } from 'node:fs/promises';
import type { Contestant } from './contestants/contestant.js';

/** One line: what ran, in which version. */
export async function versions(contestants: readonly Contestant[]): Promise<string> {
  const packages = [...new Set(contestants.flatMap((contestant) => contestant.packages))].sort();
  const each = packages.map(async (name) => `${name} ${await versionOf(name)}`);
  return [`Node ${process.versions.node}`, ...(await Promise.all(each))].join(', ');
}

async function versionOf(name: string): Promise<string> {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}
