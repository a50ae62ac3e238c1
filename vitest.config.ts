import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { bundledThreads } from './scripts/lib/bundled-threads.mjs';

// The packages' own sources are tested, not their builds: no test needs a dist folder.
const conditions = ['@cachefb/source', 'module', 'node', 'development|production'];

const plugins = [bundledThreads(conditions)];

const packages = fileURLToPath(new URL('packages/', import.meta.url));

const redis5 = [{ find: /^redis$/, replacement: `${packages}node-redis/node_modules/redis-5` }];

/** What says how long something takes on a real server: that has the machine to itself. */
const timed = [
  'apps/bench/test/{faults,histories,rivals}.redis.test.ts',
  'packages/{redis,node-redis}/test/faults.redis.test.ts',
  'packages/health/test/real-outage.redis.test.ts',
  'packages/manager/test/{bounded,outage,partial-outage,three-processes}.redis.test.ts',
];

const shared = {
  environment: 'node',
  pool: 'forks',
  // By itself vitest leaves one core of two alone.
  maxWorkers: availableParallelism(),
  testTimeout: 30_000,
  hookTimeout: 30_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions } },
        plugins,
        test: {
          ...shared,
          name: 'unit',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          exclude: ['**/*.redis.test.ts', '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        ssr: { resolve: { conditions } },
        plugins,
        test: {
          ...shared,
          name: 'redis',
          include: ['{packages,apps}/*/test/**/*.redis.test.ts'],
          exclude: [...timed, '**/node_modules/**'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        // One file at a time.
        ssr: { resolve: { conditions } },
        plugins,
        test: {
          ...shared,
          name: 'timed',
          include: timed,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What stands on node-redis 6, on version 5.
        ssr: { resolve: { conditions } },
        plugins,
        resolve: { alias: redis5 },
        test: {
          ...shared,
          name: 'node-redis 5',
          env: { NODE_REDIS: '5' },
          include: ['packages/node-redis/test/**/*.test.ts'],
          exclude: [...timed, '**/node_modules/**'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        ssr: { resolve: { conditions } },
        plugins,
        resolve: { alias: redis5 },
        test: {
          ...shared,
          name: 'node-redis 5, timed',
          env: { NODE_REDIS: '5' },
          include: [
            'packages/node-redis/test/faults.redis.test.ts',
            'packages/manager/test/outage.redis.test.ts',
          ],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The code in READMEs and guides names packages as their users do, from a place that has none of them.
        ssr: { resolve: { conditions } },
        plugins,
        resolve: {
          alias: [
            { find: /^@cachefb\/([\w-]+)$/, replacement: `${packages}$1/src/index.ts` },
            { find: /^ioredis$/, replacement: `${packages}redis/node_modules/ioredis` },
            {
              find: /^prom-client$/,
              replacement: `${packages}prometheus/node_modules/prom-client`,
            },
            { find: /^redis$/, replacement: `${packages}node-redis/node_modules/redis` },
          ],
        },
        test: {
          ...shared,
          name: 'docs',
          include: ['tests/docs/*.test.ts'],
          sequence: { groupOrder: 3 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['json-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
});
