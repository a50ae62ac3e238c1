import {
  booleanOption,
  ConfigurationError,
  compileGlob,
  integerOption,
  type Matcher,
  optionsObject,
  wordOption,
} from '@cachefb/core';

/** Both sides of a conflict, as a resolver gets them; `null` stands for "absent". */
export interface Conflict {
  readonly key: string;
  /** The field of a hash that is in conflict, if it is one. */
  readonly field?: string;
  /** What this process wrote during the outage. */
  readonly local: string | null;
  /** What Redis holds. */
  readonly remote: string | null;
  /** What both started from; `undefined` if that is not known. */
  readonly base: string | null | undefined;
}

/** Answers the value that both sides shall have, `null` to delete. */
export type ConflictResolver = (conflict: Conflict) => string | null | Promise<string | null>;

/** Who wins when Redis no longer holds what this process started from. */
export type ConflictRule = 'last-write' | 'local' | 'remote' | ConflictResolver;

/** What a key's records are worth. */
export interface KeyPolicy {
  /** A glob of Redis's. */
  readonly match: string;
  /** Keep a warm copy in memory while Redis is well. @defaultValue `true` for critical keys, else `false` */
  readonly mirror?: boolean;
  /** Answer from memory during an outage, or reject with a `CacheUnavailableError`. @defaultValue `'serve'` */
  readonly onOutage?: 'serve' | 'fail';
  /**
   * Bring changes back, remove from Redis what would reappear in an older form, or leave Redis alone.
   * @defaultValue `'sync'` for critical keys, else `'invalidate'`
   */
  readonly onRecovery?: 'sync' | 'invalidate' | 'ignore';
  /** How long an entry written during an outage is served, milliseconds; 0 for no limit. @defaultValue `0` */
  readonly maxOutageTTL?: number;
  /** Keep on disk, given a store. @defaultValue `true` for critical keys with a store, else `false` */
  readonly persist?: boolean;
  /** @defaultValue `'last-write'` */
  readonly onConflict?: ConflictRule;
}

/** A policy with nothing left open. */
export type ResolvedPolicy = Required<Omit<KeyPolicy, 'match'>>;

/** Answers the policy of a key. */
export type PolicyLookup = (key: string) => ResolvedPolicy;

/** What {@link compilePolicies} takes. */
export interface PolicyOptions {
  /** Globs of keys that are mirrored, served and brought back. @defaultValue `[]` */
  readonly criticalKeys?: readonly string[] | undefined;
  /** Policies by pattern; the first match counts. @defaultValue `[]` */
  readonly keyPolicies?: readonly KeyPolicy[] | undefined;
  /** What keys begin with that are kept on disk if no policy says otherwise. @defaultValue none */
  readonly persistKeyPrefix?: string | undefined;
}

const ORDINARY: ResolvedPolicy = Object.freeze({
  mirror: false,
  onOutage: 'serve',
  onRecovery: 'invalidate',
  maxOutageTTL: 0,
  persist: false,
  onConflict: 'last-write',
});

const PERSISTED: ResolvedPolicy = Object.freeze({ ...ORDINARY, persist: true });

const CRITICAL: ResolvedPolicy = Object.freeze({
  ...ORDINARY,
  mirror: true,
  onRecovery: 'sync',
  persist: true,
});

const NAMES = [
  'match',
  'mirror',
  'onOutage',
  'onRecovery',
  'maxOutageTTL',
  'persist',
  'onConflict',
] as const;

/**
 * Compiles policies into a look-up. What a matching policy leaves open is as for critical keys if the key is also one of
 * `criticalKeys`, else as for ordinary ones.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function compilePolicies(options: PolicyOptions): PolicyLookup {
  const critical = globList('criticalKeys', options.criticalKeys);
  const policies = policyList(options.keyPolicies);
  const isCritical: Matcher = (key) => critical.some((matches) => matches(key));
  const { persistKeyPrefix: prefix } = options;
  const ordinary: PolicyLookup =
    prefix === undefined
      ? () => ORDINARY
      : (key) => (key.startsWith(prefix) ? PERSISTED : ORDINARY);
  if (policies.length === 0) return (key) => (isCritical(key) ? CRITICAL : ordinary(key));
  return (key) => {
    const base = isCritical(key) ? CRITICAL : ordinary(key);
    const policy = policies.find(({ matches }) => matches(key));
    return policy?.resolved.get(base) ?? base;
  };
}

/** The patterns whose keys are mirrored. */
export function mirroredPatterns(options: PolicyOptions): string[] {
  const patterns = (options.keyPolicies ?? [])
    .filter((policy) => policy.mirror === true)
    .map((policy) => policy.match);
  return [...new Set([...(options.criticalKeys ?? []), ...patterns])];
}

function globList(option: string, value: unknown): Matcher[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ConfigurationError(option, value, 'a list of globs');
  return value.map((pattern, index) => glob(`${option}[${index}]`, pattern));
}

function glob(option: string, pattern: unknown): Matcher {
  if (typeof pattern === 'string' && pattern !== '') return compileGlob(pattern);
  throw new ConfigurationError(option, pattern, 'a glob that is not empty');
}

function policyList(value: unknown) {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    throw new ConfigurationError('keyPolicies', value, 'a list of policies');
  }
  return value.map((entry, index) => {
    const option = `keyPolicies[${index}]`;
    const policy = optionsObject<KeyPolicy>(option, entry ?? null, NAMES);
    return {
      matches: glob(`${option}.match`, policy.match),
      resolved: new Map(
        [CRITICAL, ORDINARY, PERSISTED].map((base) => [base, resolve(option, policy, base)]),
      ),
    };
  });
}

function resolve(option: string, policy: Partial<KeyPolicy>, base: ResolvedPolicy): ResolvedPolicy {
  const { onConflict } = policy;
  return {
    mirror: booleanOption(`${option}.mirror`, policy.mirror, base.mirror),
    onOutage: wordOption(`${option}.onOutage`, policy.onOutage, base.onOutage, ['serve', 'fail']),
    onRecovery: wordOption(`${option}.onRecovery`, policy.onRecovery, base.onRecovery, [
      'sync',
      'invalidate',
      'ignore',
    ]),
    maxOutageTTL: integerOption(`${option}.maxOutageTTL`, policy.maxOutageTTL, base.maxOutageTTL),
    persist: booleanOption(`${option}.persist`, policy.persist, base.persist),
    onConflict:
      typeof onConflict === 'function'
        ? onConflict
        : wordOption<'last-write' | 'local' | 'remote'>(
            `${option}.onConflict`,
            onConflict,
            'last-write',
            ['last-write', 'local', 'remote'],
          ),
  };
}
