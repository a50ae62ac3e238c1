import { redisBackendSuites } from '@cachefb/backend-suites';
import { NodeRedisBackend } from '../src/index.js';

redisBackendSuites('NodeRedisBackend', (target, options) => {
  if (typeof target === 'string') return new NodeRedisBackend(target, options);
  const { host, port, ...login } = target;
  return new NodeRedisBackend(
    { ...login, socket: { ...(host && { host }), ...(port && { port }) } },
    options,
  );
});
