import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readJson, workspacePackages } from './repo.mjs';

/**
 * What `turbo boundaries` cannot tell apart: a test may use a package of a higher floor, the
 * package itself may not. So what is published (the dependencies, and what src imports) must lead
 * strictly downwards. The floors are the tags in the packages' turbo.json.
 */
export function checkFloors() {
  const packages = workspacePackages();
  const tags = new Map(packages.map(({ dir, manifest }) => [manifest.name, tagOf(dir)]));
  const problems = packages.flatMap(({ dir, manifest }) => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const upward = declared.filter(
      (name) => tags.has(name) && !mayUse(tags.get(manifest.name), tags.get(name)),
    );
    const undeclared = importsOf(path.join(dir, 'src')).filter((name) => !declared.includes(name));
    return [
      ...upward.map((name) => `${manifest.name} depends on ${name}, which is not below it`),
      ...undeclared.map(
        (name) => `${manifest.name}: src imports ${name}, not among its dependencies`,
      ),
    ];
  });
  return { ok: problems.length === 0, output: problems.join('\n') };
}

const tagOf = (dir) => readJson(path.join(dir, 'turbo.json')).tags[0];

/** testkit stands beside the floors: it knows floor 0 only, and nothing published is built on it. */
function mayUse(user, used) {
  if (used === 'testkit') return false;
  return floor(used) < (user === 'testkit' ? 1 : floor(user));
}

const floor = (tag) => Number(/^floor(\d)/.exec(tag)?.[1]);

/** The packages of this repository that a source folder imports; examples in comments don't count. */
function importsOf(src) {
  const code = readdirSync(src, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(path.join(src, name), 'utf8').split('\n'))
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
    .join('\n');
  const found = code.matchAll(/\b(?:from|import\()\s*['"](@cachefb\/[\w-]+)/g);
  return [...new Set([...found].map(([, name]) => name))];
}
