import type { KeyPolicy } from '@cachefb/manager';
import type { WorkloadKind } from '@cachefb/testkit';

/** Begins the keys of which several processes' writes compete. */
const CONTESTED = 'critical:contested:';

/** Which keys are mirrored and brought back, and how the conflicts are decided of those that are contested. */
export function keyPolicies(onConflict: OnConflict): KeyPolicy[] {
  const critical = { mirror: true, onRecovery: 'sync' } as const;
  return [
    { ...critical, match: `${CONTESTED}*`, onConflict },
    { ...critical, match: 'critical:*' },
  ];
}

/** The rules that a plan chooses from. */
export type OnConflict = 'last-write' | 'local' | 'remote';

/** A group of keys, and what can be said of them after an outage. */
export interface KeyGroup {
  readonly prefix: string;
  readonly kinds: readonly WorkloadKind[];
  /** Whether every process has keys of its own. */
  readonly own: boolean;
  /** Whether a recovery may remove them: they are not critical. */
  readonly mayVanish?: boolean;
  /** Whether several processes write them, so that a conflict rule decides. */
  readonly contested?: boolean;
  /** Whether a process that has not used them finds nothing during an outage. */
  readonly mayMiss?: boolean;
}

/** What the processes work on. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    prefix: 'critical:own:',
    kinds: ['counter', 'register', 'session', 'code', 'hash'],
    own: true,
  },
  // Counters add up over processes, and so do hashes of which each writer has its own fields.
  { prefix: 'critical:shared:', kinds: ['counter', 'hash'], own: false, mayMiss: true },
  {
    prefix: CONTESTED,
    kinds: ['register', 'session', 'code'],
    own: false,
    contested: true,
    mayMiss: true,
  },
  {
    prefix: 'plain:own:',
    kinds: ['register', 'session', 'code', 'hash'],
    own: true,
    mayVanish: true,
  },
  { prefix: 'plain:shared:', kinds: ['counter'], own: false, mayMiss: true },
];

/** The group of a key. */
export function groupOf(key: string): KeyGroup {
  const group = KEY_GROUPS.find(({ prefix }) => key.startsWith(prefix));
  if (group === undefined) throw new Error(`nobody was told to use ${key}`);
  return group;
}

/** Whether a key is one of them: the manager keeps a few of its own beside them. */
export function isOfGroup(key: string): boolean {
  return KEY_GROUPS.some(({ prefix }) => key.startsWith(prefix));
}
