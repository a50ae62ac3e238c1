import { CacheManager } from '@cachefb/manager';
import { createApp } from './app.js';

const cache = new CacheManager({ criticalKeys: ['rate:*'], failoverTimeout: 500 });
await cache.initialize();
createApp(cache, 10).listen(3000, () => console.log('http://localhost:3000'));
