import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../src/base.ts', import.meta.url));

/** What a module imports at run time, itself and by way of others of this package. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  const found = new Set<string>();
  if (seen.has(file)) return found;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  for (const [, name] of code.matchAll(/^(?:import|export)\s(?!type\b)[^'"]*from '([^']+)'/gm)) {
    if (!name?.startsWith('.')) found.add(name as string);
    else {
      const next = path.resolve(path.dirname(file), name.replace(/\.js$/, '.ts'));
      for (const other of importsOf(next, seen)) found.add(other);
    }
  }
  return found;
}

it('the base loads no client', () => {
  expect([...importsOf(ENTRY)].filter((name) => !name.startsWith('node:'))).toEqual([
    '@cachefb/core',
  ]);
  const index = path.join(path.dirname(ENTRY), 'index.ts');
  expect([...importsOf(index)]).toContain('ioredis');
});
