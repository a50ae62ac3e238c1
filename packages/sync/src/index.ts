export type { Action } from './change-of.js';
export type { Resolution } from './conflict.js';
export type { SettledResult, SyncEngineOptions } from './engine-options.js';
export {
  type Happening,
  type HappeningVisitor,
  visitHappenings,
  visitPossible,
} from './happening.js';
export {
  type Barrier,
  Journal,
  type JournalObserver,
  type Known,
} from './journal.js';
export type { JournalOptions } from './journal-options.js';
export {
  type Conflict,
  type ConflictResolver,
  type ConflictRule,
  compilePolicies,
  type KeyPolicy,
  mirroredPatterns,
  type PolicyLookup,
  type PolicyOptions,
  type ResolvedPolicy,
} from './key-policy.js';
export { OldestFirst } from './oldest-first.js';
export {
  ABSENT_BASE,
  type Base,
  baseOf,
  type Copy,
  copyOf,
  DOUBTED_BASE,
  idOf,
  type JournalRecord,
  UNKNOWN_BASE,
} from './record.js';
export { decodeRecord, encodeRecord } from './record-codec.js';
export {
  type PlannedChange,
  SyncEngine,
  type SyncEvents,
} from './sync-engine.js';
export type { FieldWritten, Written } from './written.js';
