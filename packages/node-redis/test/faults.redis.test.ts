import { type MakeBackend, redisBackendSuites } from '@cachefb/backend-suites';
import { NodeRedisBackend, type NodeRedisOptions } from '../src/index.js';
import { StreamingProvider } from './streaming-provider.js';

redisBackendSuites('NodeRedisBackend', making());

// For as long as somebody may log in once more, all goes through node-redis.
redisBackendSuites(
  'NodeRedisBackend, through node-redis',
  making(() => ({ credentialsProvider: new StreamingProvider() })),
  ['unusableServer', 'failingConnection', 'abandoning', 'tracking', 'unixSocket'],
);

function making(others: () => NodeRedisOptions = () => ({})): MakeBackend {
  return (target, options) => {
    if (typeof target === 'string') {
      return new NodeRedisBackend({ ...others(), url: target }, options);
    }
    const { host, port, path, tls, ...login } = target;
    const socket = { ...(host && { host }), ...(port && { port }), ...(path && { path }) };
    return new NodeRedisBackend(
      {
        ...others(),
        ...login,
        socket: tls === undefined ? socket : { ...socket, ...tls, tls: true },
      },
      options,
    );
  };
}
