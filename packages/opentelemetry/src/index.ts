export { type InstrumentationOptions, instrumentCache } from './instrument-cache.js';
export type { ObservedCache } from './observed-cache.js';
