import type { IncomingMessage, ServerResponse } from 'node:http';
import { booleanOption, ConfigurationError, optionsObject, stringOption } from '@cachefb/core';
import type { FailoverCache } from './failover-cache.js';

/** Options of {@link healthHandler}. */
export interface HealthHandlerOptions {
  /** Where liveness is asked for. @defaultValue `'/livez'` */
  readonly livePath?: string | undefined;
  /** Where readiness is asked for. @defaultValue `'/readyz'` */
  readonly readyPath?: string | undefined;
  /** Whether a process that answers from memory is ready. @defaultValue `true` */
  readonly memoryIsReady?: boolean | undefined;
  /** Asked as well, before the process is called ready: `false` from SIGTERM on, for instance. @defaultValue none */
  readonly isReady?: (() => boolean) | undefined;
}

/** A listener of `node:http`, and a middleware of express: with `next` it leaves other paths to the next one. */
export type HealthHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: () => void,
) => void;

/** What a {@link healthHandler} asks: a manager. */
export type ProbedCache = Pick<FailoverCache, 'getHealthStatus' | 'getSyncStats' | 'ping'>;

/**
 * Answers liveness and readiness, as `200` or `503` with JSON.
 *
 * Alive is whatever can answer: that Redis is away is no reason to restart a process, which would lose what it keeps for
 * Redis. Ready is a manager between `initialize()` and `disconnect()`; one that answers from memory is ready as well, unless
 * `memoryIsReady` is `false`, and says so.
 *
 * @throws ConfigurationError naming the option and its value.
 *
 * @example
 * ```ts
 * createServer(healthHandler(cache)).listen(8081);
 * app.use(healthHandler(cache)); // express
 * ```
 */
export function healthHandler(cache: ProbedCache, options?: HealthHandlerOptions): HealthHandler {
  const given = optionsObject<HealthHandlerOptions>('', options, [
    'livePath',
    'readyPath',
    'memoryIsReady',
    'isReady',
  ]);
  const livePath = pathOption('livePath', given.livePath, '/livez');
  const readyPath = pathOption('readyPath', given.readyPath, '/readyz');
  const memoryIsReady = booleanOption('memoryIsReady', given.memoryIsReady, true);
  const { isReady = () => true } = given;
  if (typeof isReady !== 'function') throw new ConfigurationError('isReady', isReady, 'a function');

  return (request, response, next) => {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== livePath && path !== readyPath) {
      if (next === undefined) answer(request, response, 404, { status: 'not found' });
      else next();
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(request, response, 405, { status: 'method not allowed' });
    } else if (path === livePath) {
      answer(request, response, 200, { status: 'alive' });
    } else {
      const ready = async () => (await isOpen(cache)) && isReady();
      ready()
        .catch(() => false)
        .then((open) => {
          const state = stateOf(cache);
          const isFine = open && (memoryIsReady || state.provider === 'redis');
          const status = isFine ? 'ready' : 'not ready';
          answer(request, response, isFine ? 200 : 503, { status, ...state });
        });
    }
  };
}

/** Where to look next, and nothing that names a host or a key: health endpoints are often open to everybody. */
function stateOf(cache: ProbedCache) {
  const { provider, isHealthy } = cache.getHealthStatus();
  const { pending, syncInProgress } = cache.getSyncStats();
  return { provider, redis: { isHealthy }, sync: { pending, inProgress: syncInProgress } };
}

function isOpen(cache: ProbedCache): Promise<boolean> {
  return cache.ping().then(
    () => true,
    () => false,
  );
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function pathOption(option: string, value: unknown, fallback: string): string {
  const path = stringOption(option, value, fallback);
  if (path.startsWith('/')) return path;
  throw new ConfigurationError(option, value, 'a path that begins with /');
}
