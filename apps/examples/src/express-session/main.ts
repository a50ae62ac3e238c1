import { CacheManager, healthHandler } from '@cachefb/manager';
import { createApp } from './app.js';

const cache = new CacheManager({ criticalKeys: ['session:*'], failoverTimeout: 500 });
await cache.initialize();

const app = createApp(cache);
app.use(healthHandler(cache));
app.listen(3000, () => console.log('http://localhost:3000'));
