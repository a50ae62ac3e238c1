import type { Change, Effect } from '@cachefb/core';
import { RedisServer } from '@cachefb/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { MakeBackend, RedisLike } from './subject.js';

/** A server, empty before each test of a suite, and a backend that makes changes there. */
export interface Changing {
  readonly server: RedisServer;
  readonly backend: RedisLike;
}

/** Has both made for the tests of the suite that calls this. */
export function changing(make: MakeBackend): Changing {
  let server: RedisServer;
  let backend: RedisLike;

  beforeAll(async () => {
    server = await RedisServer.start({ persistence: false });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.call('FLUSHALL');
    backend = make(server.url, { timeout: 2000 });
    await backend.connect();
  });
  afterEach(() => backend.disconnect());

  return {
    get server() {
      return server;
    },
    get backend() {
      return backend;
    },
  };
}

let ids = 0;

/** A change made now, under an id of its own. */
export function change(key: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { id: `change-${ids++}`, key, effect, writtenAt: Date.now(), ...more };
}

/** One that sets a value for ever. */
export function put(key: string, value: string, more?: Partial<Change>): Change {
  return change(key, { kind: 'put', value, deadline: null }, more);
}
