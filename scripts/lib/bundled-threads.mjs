import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const OURS = /^@cachefb\//;

/** How a module of ours names the file that a thread of its own runs. */
const NAMED = /new URL\('(\.\/[\w-]+)\.js', import\.meta\.url\)/;

/**
 * For tests: Node runs no TypeScript, so what runs in a thread of its own is bundled.
 *
 * @param {readonly string[]} conditions - by which packages are found.
 * @returns {import('vite').Plugin}
 */
export function bundledThreads(conditions) {
  return {
    name: 'bundled-threads',
    enforce: 'pre',
    async transform(code, id) {
      const named = id.includes('/packages/') && code.includes('new Worker') && NAMED.exec(code);
      if (!named) return undefined;
      const file = await bundle(path.join(path.dirname(id), `${named[1]}.ts`), conditions);
      return code.replace(named[0], `new URL(${JSON.stringify(pathToFileURL(file).href)})`);
    },
  };
}

/** Beside the packages that it needs, named after what it contains, so that several runs may do so at once. */
async function bundle(entry, conditions) {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, write: false, target: 'node20', rolldownOptions: { external: isForeign } },
    ssr: { noExternal: [OURS], resolve: { conditions } },
  });
  const { code } = output[0];
  const name = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const folder = path.join(entry.slice(0, entry.lastIndexOf('/src/')), 'node_modules', '.threads');
  const file = path.join(folder, `${name}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  return file;
}

function isForeign(name) {
  return !OURS.test(name) && !name.startsWith('.') && !path.isAbsolute(name);
}
