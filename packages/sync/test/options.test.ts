import { ConfigurationError } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { describe, expect, it } from 'vitest';
import { compilePolicies, Journal, SyncEngine } from '../src/index.js';

const policies = compilePolicies({});
const journal = new Journal({ policies });
const backend = new InMemoryCache();

describe('a wrong option', () => {
  it.each<[string, () => unknown]>([
    ['policies', () => Reflect.construct(Journal, [])],
    ['policies', () => Reflect.construct(Journal, [{ policies: [] }])],
    ['limit', () => Reflect.construct(Journal, [{ policies, limit: 1 }])],
    ['maxPendingRecords', () => new Journal({ policies, maxPendingRecords: 0 })],
    ['maxPendingAge', () => new Journal({ policies, maxPendingAge: Number.NaN })],
    ['clock', () => Reflect.construct(Journal, [{ policies, clock: Date }])],
    ['onDropped', () => Reflect.construct(Journal, [{ policies, onDropped: 7 }])],
    ['journal', () => Reflect.construct(SyncEngine, [{ backend }])],
    ['backend', () => Reflect.construct(SyncEngine, [{ journal }])],
    ['backend', () => Reflect.construct(SyncEngine, [{ journal, backend: {} }])],
    ['batchSize', () => new SyncEngine({ journal, backend, batchSize: 0 })],
    ['retryAttempts', () => new SyncEngine({ journal, backend, retryAttempts: 1.5 })],
    ['markTtl', () => new SyncEngine({ journal, backend, markTtl: -1 })],
    ['size', () => Reflect.construct(SyncEngine, [{ journal, backend, size: 1 }])],
    ['confirm', () => Reflect.construct(SyncEngine, [{ journal, backend, confirm: 7 }])],
  ])('is refused by its name: %s', (option, create) => {
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(expect.objectContaining({ option }));
  });
});
