import { redisBackendSuites } from '@cachefb/backend-suites';
import { RedisBackend } from '../src/index.js';

redisBackendSuites('RedisBackend', (target, options) => new RedisBackend(target, options));
