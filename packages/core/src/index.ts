export { readCommand } from './arguments/commands.js';
export type { ExpireMode } from './arguments/expiry.js';
export {
  checkInteger,
  type Integer,
  MAX_INTEGER,
  MIN_INTEGER,
  toInteger,
} from './arguments/integer.js';
export { checkKey, checkString } from './arguments/key.js';
export type { StringArguments } from './arguments/key-list.js';
export type { Pairs } from './arguments/pairs.js';
export type { SetOptions } from './arguments/set.js';
export { type CacheValue, encodeValue } from './arguments/value.js';
export { isWellFormed } from './arguments/well-formed.js';
export type {
  BackendStatus,
  CacheBackend,
  InvalidationListener,
  KeyTracking,
  ReplyReceiver,
} from './backend.js';
export { ByteReader, damaged } from './bytes/byte-reader.js';
export type { ByteSink } from './bytes/byte-sink.js';
export { ByteWriter } from './bytes/byte-writer.js';
export type {
  CacheCommands,
  Entries,
  IntegerArgument,
  SetToken,
} from './cache-commands.js';
export type {
  Change,
  ChangeOutcome,
  DeadlineChange,
  Effect,
  Expectation,
  ExpectedValues,
} from './change.js';
export { type Clock, systemClock, type Timer } from './clock.js';
export {
  type Command,
  type CommandName,
  type CommandTable,
  isWrite,
  type Reply,
  type SetCommand,
} from './command.js';
export { CommandFront } from './command-front.js';
export type {
  CriticalStore,
  Durability,
  LoadOptions,
  LoadProgress,
  StoreChange,
  StoredEntry,
} from './critical-store.js';
export { changesOf, type Draft } from './draft/draft.js';
export { DraftWriter, draftOf } from './draft/draft-writer.js';
export { Emitter, type Listener } from './emitter.js';
export { CacheError } from './errors/cache-error.js';
export { CacheTimeoutError } from './errors/cache-timeout-error.js';
export {
  CacheUnavailableError,
  type CommandFate,
  type UnavailableOptions,
  type UnavailableScope,
} from './errors/cache-unavailable-error.js';
export { ConfigurationError } from './errors/configuration-error.js';
export { ReplyError } from './errors/reply-error.js';
export type { EvictionPolicy } from './eviction-policy.js';
export { compileGlob, globPrefix, type Matcher } from './glob.js';
export { inspect } from './inspect.js';
export { ABSENT, type KeyState } from './key-state.js';
export {
  decodeKeyState,
  encodeKeyState,
  type StorableState,
  writeKeyState,
} from './key-state-codec.js';
export { keyOf, keysOf } from './keys-of.js';
export { type LogFields, type Logger, silentLogger, warningLogger } from './logger.js';
export {
  booleanOption,
  integerOption,
  type OptionBounds,
  objectOption,
  optionsObject,
  stringOption,
  wordOption,
} from './option.js';
export { bothOf, replyAfter } from './reply-after.js';
export { runCommand } from './run-command.js';
export type {
  CacheMetrics,
  CacheProvider,
  HealthStatus,
  PersistenceMetrics,
  SyncStats,
} from './status.js';
export { StoreHealth } from './store-writer/store-health.js';
export { StoreWriter, type StoreWriterOptions } from './store-writer/store-writer.js';
