import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Block, root } from './documents.js';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Workspace {
  readonly folder: string;
  readonly manifest: Manifest;
}

const workspaces: readonly Workspace[] = ['.', ...foldersIn('packages'), ...foldersIn('apps')].map(
  (folder) => ({ folder, manifest: readManifest(folder) }),
);

/** The command lines of a block: continued lines joined, comments and empty lines left out. */
export function commandsOf({ code }: Block): string[] {
  const text = code.join('\n').replaceAll('\\\n', ' ');
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The words of a command line. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/**
 * Why a command cannot work; `undefined` if it can. Not run, because they take minutes or a registry: what is checked is
 * that the script, its options, and the packages exist. The packages are installed, as tarballs, by the step "packed
 * packages" of `npm test`; the demo and the benches run in tests of their own.
 */
export function problemOf(command: string): string | undefined {
  const [program, ...words] = wordsOf(command);
  if (program === 'npm' && words[0] === 'install') return install(words.slice(1));
  if (program === 'npm' && words[0] === 'test') return runs('.', 'test', words.slice(1));
  if (program === 'npm' || program === 'pnpm') {
    const filter = words[0] === '--filter' ? words.splice(0, 2)[1] : undefined;
    if (words[0] === 'run') return runs(filter, words[1] ?? '', words.slice(2));
    if (words[0] === 'changeset' && filter === undefined) return undefined;
  }
  return 'a command that no test knows';
}

function install(words: readonly string[]): string | undefined {
  const missing = words
    .filter((word) => !word.startsWith('--'))
    .find((name) => !workspaces.some(({ manifest }) => isPublished(manifest, name)));
  return missing === undefined ? undefined : `there is no package ${missing}`;
}

/** A package of this repository, or one that such a package wants beside it. */
function isPublished(manifest: Manifest, name: string): boolean {
  const { peerDependencies = {} } = manifest;
  return manifest.private !== true && (manifest.name === name || name in peerDependencies);
}

function runs(filter: string | undefined, script: string, args: string[]): string | undefined {
  const { folder, manifest } =
    workspaces.find(({ manifest: { name } }) => name === filter || name === `@cachefb/${filter}`) ??
    (filter === undefined || filter === '.' ? workspaces[0]! : { folder: '', manifest: undefined });
  const line = manifest?.scripts?.[script];
  if (line === undefined) return `there is no script ${script}`;
  const sources = sourcesOf(folder, script, line);
  const unknown = args
    .filter((arg) => /^--\w/.test(arg))
    .map((arg) => arg.slice(2).split('=')[0] ?? '')
    .find((option) => !new RegExp(`--${option}\\b|['"]${option}['"]|\\b${option}:`).test(sources));
  if (unknown !== undefined) return `nothing knows the option --${unknown}`;
  const file = args.find((arg) => /\.[cm]?[jt]s$/.test(arg));
  return file === undefined || existsSync(path.join(root, file)) ? undefined : `no file ${file}`;
}

/** The text of what a script runs: where options are looked for. */
function sourcesOf(folder: string, script: string, line: string): string {
  const app = path.join('apps', script, 'src');
  const built = /dist\/([\w-]+\/)?main\.js/.exec(line);
  const places = built ? [path.join(folder, 'src', built[1] ?? '')] : ['scripts', app];
  return places
    .filter((place) => existsSync(path.join(root, place)))
    .flatMap((place) =>
      readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.m?[jt]s$/.test(name))
        .map((name) => readFileSync(path.join(root, place, name), 'utf8')),
    )
    .join('\n');
}

function foldersIn(parent: string): string[] {
  return readdirSync(path.join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(parent, name));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
}
