import { redisBackendSuites } from '@cachefb/backend-suites';
import { NodeRedisBackend } from '../src/index.js';

redisBackendSuites('NodeRedisBackend', (target, options) => {
  if (typeof target === 'string') return new NodeRedisBackend(target, options);
  const { host, port, path, tls, ...login } = target;
  const socket = { ...(host && { host }), ...(port && { port }), ...(path && { path }) };
  return new NodeRedisBackend(
    { ...login, socket: tls === undefined ? socket : { ...socket, ...tls, tls: true } },
    options,
  );
});
