export { LmdbStore, type LmdbStoreStats } from './lmdb-store.js';
export type { LmdbStoreOptions } from './options.js';
