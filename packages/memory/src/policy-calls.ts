import type { EvictionPolicy } from '@cachefb/core';

/**
 * The engine compiles a call well as long as it always reaches the same function. So each class of policies has calls of
 * its own here, up to seven of them, and a cache costs the same whichever policies others in the process have. Later
 * classes share the calls at the end. Those of the first class, the only one in most processes, stand apart, so that the
 * functions that are called most stay short enough to be compiled into what calls them.
 */
const OWN_CALLS = 7;
const classes: unknown[] = [];

/** The number of the calls that are for policies like this one. */
export function callsFor(policy: EvictionPolicy): number {
  const known = classes.indexOf(policy.constructor);
  if (known !== -1) return known;
  return classes.length < OWN_CALLS ? classes.push(policy.constructor) - 1 : OWN_CALLS;
}
const accessed0 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed1 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed2 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed3 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed4 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed5 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessed6 = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);
const accessedLater = (policy: EvictionPolicy, slot: number) => policy.accessed(slot);

function accessedNotFirst(calls: number, policy: EvictionPolicy, slot: number): void {
  switch (calls) {
    case 1:
      accessed1(policy, slot);
      break;
    case 2:
      accessed2(policy, slot);
      break;
    case 3:
      accessed3(policy, slot);
      break;
    case 4:
      accessed4(policy, slot);
      break;
    case 5:
      accessed5(policy, slot);
      break;
    case 6:
      accessed6(policy, slot);
      break;
    default:
      accessedLater(policy, slot);
  }
}

/** An entry was used. */
export function accessed(calls: number, policy: EvictionPolicy, slot: number): void {
  if (calls === 0) accessed0(policy, slot);
  else accessedNotFirst(calls, policy, slot);
}

const added0 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added1 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added2 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added3 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added4 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added5 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const added6 = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);
const addedLater = (policy: EvictionPolicy, slot: number, key: string) => policy.added(slot, key);

function addedNotFirst(calls: number, policy: EvictionPolicy, slot: number, key: string): void {
  switch (calls) {
    case 1:
      added1(policy, slot, key);
      break;
    case 2:
      added2(policy, slot, key);
      break;
    case 3:
      added3(policy, slot, key);
      break;
    case 4:
      added4(policy, slot, key);
      break;
    case 5:
      added5(policy, slot, key);
      break;
    case 6:
      added6(policy, slot, key);
      break;
    default:
      addedLater(policy, slot, key);
  }
}

/** An entry was added. */
export function added(calls: number, policy: EvictionPolicy, slot: number, key: string): void {
  if (calls === 0) added0(policy, slot, key);
  else addedNotFirst(calls, policy, slot, key);
}

const evict0 = (policy: EvictionPolicy) => policy.evict();
const evict1 = (policy: EvictionPolicy) => policy.evict();
const evict2 = (policy: EvictionPolicy) => policy.evict();
const evict3 = (policy: EvictionPolicy) => policy.evict();
const evict4 = (policy: EvictionPolicy) => policy.evict();
const evict5 = (policy: EvictionPolicy) => policy.evict();
const evict6 = (policy: EvictionPolicy) => policy.evict();
const evictLater = (policy: EvictionPolicy) => policy.evict();

function evictNotFirst(calls: number, policy: EvictionPolicy): number {
  switch (calls) {
    case 1:
      return evict1(policy);
    case 2:
      return evict2(policy);
    case 3:
      return evict3(policy);
    case 4:
      return evict4(policy);
    case 5:
      return evict5(policy);
    case 6:
      return evict6(policy);
    default:
      return evictLater(policy);
  }
}

/** The slot of the entry that leaves. */
export function evict(calls: number, policy: EvictionPolicy): number {
  return calls === 0 ? evict0(policy) : evictNotFirst(calls, policy);
}
