// npm test: everything that CI checks. `npm test -- FILE` runs one test file, and
// `npm test -- --node 22 24` the tests that other versions of Node get.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureChromium, howToGetChromium } from './lib/chromium.mjs';
import { checkCoverage } from './lib/coverage.mjs';
import { checkFloors } from './lib/floors.mjs';
import { checkPackedPackages } from './lib/packed.mjs';
import { ensureRedisServer, howToGetRedis } from './lib/redis-server.mjs';
import { root } from './lib/repo.mjs';
import { run } from './lib/run.mjs';
import { deadSiteLinks } from './lib/site-links.mjs';
import { Steps } from './lib/steps.mjs';
import { buildArgs, prepare } from './lib/toolchain.mjs';
import { vitest } from './lib/vitest.mjs';

const args = process.argv.slice(2);
if (args[0] === '--node') {
  const script = path.join(root, 'scripts', 'test-node.mjs');
  process.exit(
    spawnSync(process.execPath, [script, ...args.slice(1)], { stdio: 'inherit' }).status,
  );
}

const steps = new Steps();
let env;
await steps.step('install', async () => {
  env = await prepare();
  return { ok: true };
});

const siteLinks = () => {
  const dead = deadSiteLinks(path.join(root, 'docs', 'api'));
  return { ok: dead.length === 0, output: dead.join('\n') };
};

const tool = (command, ...rest) => run(command, rest, { env, capture: true });

await steps.step('redis-server', async () => ({
  ok: await ensureRedisServer(),
  output: howToGetRedis,
}));

// Only the dashboard of the demo is tested in a browser.
if (args.length === 0 || args.some((arg) => arg.includes('demo'))) {
  await steps.step('chromium', async () => ({
    ok: await ensureChromium(),
    output: howToGetChromium,
  }));
}

if (args.length > 0) {
  await steps.step('tests', () => vitest(args, { env }));
} else {
  await steps.step('format and lint', () => tool('biome', 'check', '--error-on-warnings', '.'));
  await steps.step('boundaries', () => tool('turbo', 'boundaries'));
  await steps.step('floors', checkFloors);
  await steps.step('unused code', () => tool('knip'));
  await steps.step('types', () => tool('tsc', '-p', '.'));
  await steps.step("types of the demo's page", () => tool('tsc', '-p', 'apps/demo/web'));
  await steps.step('build', () => tool('turbo', ...buildArgs()));
  await steps.step('tests', () => vitest(['--coverage'], { env }));
  await steps.step('coverage', checkCoverage);
  await steps.step('packed packages', () => checkPackedPackages(env));
  const built = await steps.step('docs', () => tool('typedoc'));
  if (built) await steps.step('links of the site', () => siteLinks());
}

process.exitCode = steps.report() ? 0 : 1;
