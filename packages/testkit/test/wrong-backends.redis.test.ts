import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheConformance, RedisServer } from '../src/index.js';
import { failuresOf } from './reference/run-suite.js';
import { WRONG_BACKENDS } from './reference/wrong-backends.js';

describe('the conformance suite notices that', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ persistence: false });
  });
  afterAll(() => server.close());

  for (const { mistake, group, Backend } of WRONG_BACKENDS) {
    it(mistake, async () => {
      const failed = await failuresOf(group, (api) =>
        cacheConformance(api, {
          name: mistake,
          create: async () => {
            const cache = new Backend(await server.connect());
            return { cache, dispose: () => cache.disconnect() };
          },
        }),
      );
      expect(failed).not.toEqual([]);
    });
  }
});

describe('the conformance suite', () => {
  it('leaves out groups that are to be left out', async () => {
    const create = () => Promise.reject(new Error('nothing to create'));
    const define = (without: { stamps?: string }) =>
      failuresOf('stamps', (api) => cacheConformance(api, { name: 'none', create, without }));
    expect(await define({ stamps: 'it keeps none' })).toEqual([]);
    expect(await define({})).not.toEqual([]);
  });
});
