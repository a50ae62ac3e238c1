import { CacheManager, healthHandler } from '@cachefb/manager';
import express from 'express';
import { shutDown } from './graceful-shutdown.js';

const cache = new CacheManager({ criticalKeys: ['order:*'], failoverTimeout: 500 });
await cache.initialize();

let stopping = false;
const app = express();
app.use(healthHandler(cache, { isReady: () => !stopping }));
app.post('/orders/:id', async (request, response) => {
  await cache.set(`order:${request.params.id}`, { at: Date.now() });
  response.sendStatus(204);
});
const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log('listening'));

process.once('SIGTERM', async () => {
  stopping = true;
  console.log('stopping');
  await shutDown({ server, cache, noticeMs: 100, requestsMs: 5000, drainMs: 30_000 });
  // Nothing is left that keeps the process alive: it ends by itself, with 0.
  console.log('stopped');
});
