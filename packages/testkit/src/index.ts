export { cacheConformance } from './conformance/cache-conformance.js';
export type {
  ConformanceGroup,
  ConformanceOptions,
  ConformanceSubject,
} from './conformance/options.js';
export { FakeClock } from './fake-clock.js';
export { freePort } from './free-port.js';
export { type CacheSideOptions, cacheSide } from './fuzz/cache-side.js';
export type { Call as FuzzCall, ReplyKind } from './fuzz/call.js';
export { DivergenceError, type FuzzOptions, type FuzzReport, fuzz } from './fuzz/fuzz.js';
export type { Outcome as FuzzOutcome } from './fuzz/outcome.js';
export { rawSide } from './fuzz/raw-side.js';
export type { FuzzSides } from './fuzz/run-script.js';
export type { FuzzSide, FuzzState } from './fuzz/side.js';
export type { Times as FuzzTimes } from './fuzz/word.js';
export { type CheckOptions, checkHistory } from './history/check-history.js';
export { type FinalState, readFinalState } from './history/final-state.js';
export {
  decodeHistory,
  encodeHistory,
  type HistoryOutcome,
  type HistoryRecord,
} from './history/record.js';
export { RecordingCache, type RecordingOptions } from './history/recording-cache.js';
export type { HistoryRule, Violation } from './history/violation.js';
export { type PolicySuiteOptions, policySuite } from './policy-suite/policy-suite.js';
export { RawRedis, type RawRedisOptions } from './raw-redis/raw-redis.js';
export type { RawArgument, RawReply } from './raw-redis/resp.js';
export { findRedisServer } from './redis-server/find-redis-server.js';
export {
  RedisServer,
  type RedisServerOptions,
  type RestartOptions,
} from './redis-server/redis-server.js';
export { MemoryStore } from './store/memory-store.js';
export { type StoreSubject, type StoreSuiteOptions, storeSuite } from './store/store-suite.js';
export type { Direction as FaultDirection } from './tcp-proxy/faults.js';
export type { ProxyTarget } from './tcp-proxy/link.js';
export { type FaultDirections, TcpProxy, type TcpProxyOptions } from './tcp-proxy/tcp-proxy.js';
export type { TestApi } from './test-api.js';
export { sleep, type WaitOptions, waitFor } from './wait-for.js';
export {
  type RunWorkloadOptions,
  runWorkload,
  type WorkloadReport,
} from './workload/run-workload.js';
export {
  type WorkloadKind,
  type WorkloadOptions,
  type WorkloadStep,
  workload,
} from './workload/workload.js';
