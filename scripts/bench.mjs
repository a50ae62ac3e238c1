// npm run bench: installs, builds and runs apps/bench. Its arguments follow `--`.
import { ensureRedisServer, howToGetRedis } from './lib/redis-server.mjs';
import { runOrExit } from './lib/run.mjs';
import { buildArgs, prepare } from './lib/toolchain.mjs';

const env = await prepare();
await runOrExit('turbo', buildArgs('@cachefb/bench...'), { env, capture: true });
if (!(await ensureRedisServer())) console.error(howToGetRedis);
await runOrExit(process.execPath, ['apps/bench/dist/main.js', ...process.argv.slice(2)], { env });
