import type { Command, CommandName, Pairs, Reply } from '@cachefb/core';
import { isInternalKey } from './internal-keys.js';

/** How one command travels. */
interface Plan<N extends CommandName> {
  /** In small letters, which ioredis need not convert, but for the one whose reply it would turn into an object. */
  readonly word: string;
  words(command: Command<N>, prefix: string): string[];
  /** The reply as the contract has it, where that is not what arrives. */
  reply?(raw: unknown, prefix: string): Reply<N>;
}

type Plans = { readonly [N in CommandName]: Plan<N> };

/** Every command as Redis's words. */
const PLANS: Plans = {
  get: keyOnly('get'),
  set: { word: 'set', words: setWords },
  del: keysOnly('del'),
  exists: keysOnly('exists'),
  pexpire: {
    word: 'pexpire',
    words: ({ key, ms, mode }, prefix) =>
      mode === undefined ? [prefix + key, String(ms)] : [prefix + key, String(ms), mode],
  },
  persist: keyOnly('persist'),
  ttl: keyOnly('ttl'),
  pttl: keyOnly('pttl'),
  hget: keyAndField('hget'),
  hset: { word: 'hset', words: ({ key, pairs }, prefix) => [prefix + key, ...pairs] },
  hdel: keyAndFields('hdel'),
  hexists: keyAndField('hexists'),
  hgetall: { ...keyOnly('HGETALL'), reply: (raw) => toRecord(raw as Pairs) },
  hmget: keyAndFields('hmget'),
  hlen: keyOnly('hlen'),
  hincrby: {
    word: 'hincrby',
    words: ({ key, field, by }, prefix) => [prefix + key, field, String(by)],
  },
  mget: keysOnly('mget'),
  mset: { word: 'mset', words: ({ pairs }, prefix) => prefixPairs(pairs, prefix) },
  incrby: { word: 'incrby', words: ({ key, by }, prefix) => [prefix + key, String(by)] },
  type: keyOnly('type'),
  keys: {
    word: 'keys',
    words: ({ pattern }, prefix) => [escapeGlob(prefix) + pattern],
    reply: (raw, prefix) => visibleKeys(raw as string[], prefix),
  },
  flushall: { word: 'flushall', words: () => [] },
};

/** How a command travels, and what its reply means. */
export function planOf<N extends CommandName>(name: N): Plan<N> {
  return PLANS[name];
}

/** The keys that are not ours, as the caller knows them: without the prefix. */
export function visibleKeys(keys: readonly string[], prefix: string): string[] {
  const visible: string[] = [];
  for (const key of keys) {
    const own = prefix === '' ? key : key.slice(prefix.length);
    if (!isInternalKey(own)) visible.push(own);
  }
  return visible;
}

/** A text as a glob that matches nothing else. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}

/** Names and texts in turn as an object, in which `__proto__` is a name like every other. */
function toRecord(pairs: Pairs): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    if (name === '__proto__') {
      Object.defineProperty(record, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    } else record[name] = value;
  }
  return record;
}

function keyOnly(word: string) {
  return { word, words: ({ key }: { key: string }, prefix: string) => [prefix + key] };
}

function keysOnly(word: string) {
  return {
    word,
    words: ({ keys }: { keys: readonly string[] }, prefix: string) =>
      prefix === '' ? (keys as string[]) : keys.map((key) => prefix + key),
  };
}

function keyAndField(word: string) {
  return {
    word,
    words: ({ key, field }: { key: string; field: string }, prefix: string) => [
      prefix + key,
      field,
    ],
  };
}

function keyAndFields(word: string) {
  return {
    word,
    words: ({ key, fields }: { key: string; fields: readonly string[] }, prefix: string) => [
      prefix + key,
      ...fields,
    ],
  };
}

function setWords(command: Command<'set'>, prefix: string): string[] {
  const { key, value, ttl, deadline, keepTtl, nx, xx, get } = command;
  const words = [prefix + key, value];
  if (ttl !== undefined) words.push('PX', String(ttl));
  else if (deadline !== undefined) words.push('PXAT', String(deadline));
  else if (keepTtl) words.push('KEEPTTL');
  if (nx) words.push('NX');
  if (xx) words.push('XX');
  if (get) words.push('GET');
  return words;
}

function prefixPairs(pairs: Pairs, prefix: string): string[] {
  if (prefix === '') return pairs as string[];
  return pairs.map((text, index) => (index % 2 === 0 ? prefix + text : text));
}
