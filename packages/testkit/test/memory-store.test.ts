import { describe, it } from 'vitest';
import { MemoryStore, storeSuite } from '../src/index.js';

storeSuite(
  { describe, it },
  {
    name: 'in memory',
    create: async () => {
      const store = new MemoryStore();
      return { open: () => store, dispose: () => {} };
    },
  },
);
