import { defineConfig } from 'vitest/config';

// The packages' own sources are tested, not their builds: no test needs a dist folder.
const conditions = ['@cachefb/source', 'module', 'node', 'development|production'];

const shared = {
  environment: 'node',
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 30_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions } },
        test: {
          ...shared,
          name: 'unit',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          exclude: ['**/*.redis.test.ts', '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // These measure time on real servers: one file at a time, after everything else.
        ssr: { resolve: { conditions } },
        test: {
          ...shared,
          name: 'redis',
          include: ['{packages,apps}/*/test/**/*.redis.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
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
