// npm run demo: installs, builds and runs apps/demo. Its arguments follow `--`.
import { spawn } from 'node:child_process';
import { ensureRedisServer } from './lib/redis-server.mjs';
import { root } from './lib/repo.mjs';
import { runOrExit } from './lib/run.mjs';
import { buildArgs, prepare } from './lib/toolchain.mjs';

const args = process.argv.slice(2);
console.log('Installing and building, this takes a moment the first time');
const env = await prepare();
await runOrExit('turbo', buildArgs('@cachefb/demo...'), { env, capture: true });
// Where there is none the demo says so itself, and shows what works without.
if (!args.some((arg) => arg.startsWith('--redis'))) await ensureRedisServer();

const demo = spawn(process.execPath, ['apps/demo/dist/main.js', ...args], {
  cwd: root,
  env,
  stdio: 'inherit',
});
// It cleans up when it is interrupted: this process must not end before it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
demo.on('close', (code) => {
  process.exitCode = code ?? 1;
});
