// npm run demo: installs, builds and runs apps/demo. Its arguments follow `--`.
import { ensureRedisServer } from './lib/redis-server.mjs';
import { runOrExit } from './lib/run.mjs';
import { buildArgs, prepare } from './lib/toolchain.mjs';

const args = process.argv.slice(2);
console.log('Installing and building, this takes a moment the first time');
const env = await prepare();
await runOrExit('turbo', buildArgs('@cachefb/demo...'), { env, capture: true });
// Where there is none the demo says so itself, and shows what works without.
if (!args.some((arg) => arg.startsWith('--redis'))) await ensureRedisServer();
await runOrExit(process.execPath, ['apps/demo/dist/main.js', ...args], { env });
