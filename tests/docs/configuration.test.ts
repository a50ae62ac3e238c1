import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { healthConfig } from '../../packages/health/src/config.js';
import { compose } from '../../packages/manager/src/config.js';
import { readConfig } from '../../packages/memory/src/config.js';
import { InMemoryCache } from '../../packages/memory/src/index.js';
import { readOptions } from '../../packages/persistence/src/options.js';
import { checkOptions } from '../../packages/redis/src/base/options.js';
import { compilePolicies } from '../../packages/sync/src/index.js';
import { MemoryStore } from '../../packages/testkit/src/index.js';
import { root } from './documents.js';
import { optionInterfaces, optionsOf, tablesOf } from './option-tables.js';

const tables = tablesOf(readFileSync(path.join(root, 'docs', 'configuration.md'), 'utf8'));

const PACKAGES = [
  'eviction',
  'health',
  'manager',
  'memory',
  'node-redis',
  'opentelemetry',
  'persistence',
  'prometheus',
  'redis',
  'sync',
];
/** What `compilePolicies` takes, two options of a manager; and the options of a client. */
const ELSEWHERE = ['PolicyOptions', 'NodeRedisOptions'];
/** Its reader makes a connection of it at once. */
const NOT_READ = 'redisInstanceName';

describe('the page "Configuration"', () => {
  for (const [name, table] of tables) {
    it(`lists the options of ${name}, with the defaults that their doc comments give`, () => {
      const expected = Object.fromEntries(optionsOf(name));
      expect(Object.fromEntries(table)).toEqual(expected);
    });
  }

  for (const name of PACKAGES) {
    it(`leaves out no options that ${name} exports`, () => {
      const known = [...tables.keys(), ...ELSEWHERE];
      expect(optionInterfaces(name).filter((found) => !known.includes(found))).toEqual([]);
    });
  }
});

describe('the defaults on the page "Configuration"', () => {
  for (const [name, actual] of Object.entries(running())) {
    it(`are those in use: ${name}`, () => {
      const literals = [...(tables.get(name) ?? [])].flatMap(([option, text]) => {
        const literal = /^`([^`]+)`(?:,? .*)?$/.exec(text)?.[1] ?? '';
        return /^(?:\d|'|true$|false$|\[)/.test(literal) &&
          !text.includes('else') &&
          option !== NOT_READ
          ? [[option, valueIn(literal)]]
          : [];
      });
      expect(literals.length).toBeGreaterThan(0);
      expect(actual).toMatchObject(Object.fromEntries(literals) as object);
    });
  }

  it('are those in use: KeyPolicy, of critical keys and others', () => {
    const policyOf = compilePolicies({ criticalKeys: ['critical'] });
    for (const [option, text] of tables.get('KeyPolicy') ?? []) {
      const [critical, other] = [...text.matchAll(/`([^`]+)`/g)].map(([, literal]) => literal);
      if (critical === undefined) continue;
      expect(policyOf('critical')).toHaveProperty(option, valueIn(critical));
      expect(policyOf('other')).toHaveProperty(option, valueIn(other ?? critical));
    }
  });
});

/** What the readers of configurations make of nothing. */
function running(): Record<string, object> {
  const composed = compose({ redis: new InMemoryCache() });
  const { sync } = composed;
  const persisting = readConfig({ persistCriticalData: true, store: new MemoryStore() });
  return {
    CacheManagerConfig: {
      ...composed,
      enableDataSync: sync?.enabled,
      syncBatchSize: sync?.batchSize,
      syncRetryAttempts: sync?.retryAttempts,
      maxPendingRecords: sync?.maxPendingRecords,
      maxPendingAge: sync?.maxPendingAge,
    },
    SyncOptions: { ...sync },
    MemoryCacheConfig: {
      ...readConfig(undefined),
      evictionPolicy: readConfig(undefined).evictionPolicy.name,
      persistCriticalData: readConfig(undefined).persistence !== undefined,
      persistKeyPrefix: persisting.persistence?.prefix,
    },
    HealthMonitorOptions: healthConfig({ probe: async () => ({ writable: true }) }),
    RedisBackendOptions: checkOptions(undefined),
    LmdbStoreOptions: readOptions({ path: '.' }),
  };
}

function valueIn(literal: string): unknown {
  return JSON.parse(literal.replaceAll("'", '"'));
}
