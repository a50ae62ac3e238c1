import type { Command, CommandName, Pairs, Reply } from '@cachefb/core';
import { isInternalKey } from './internal-keys.js';

/** How one command travels. */
interface Plan<N extends CommandName> {
  /** In capitals, so that no client converts the reply its own way. */
  readonly word: string;
  words(command: Command<N>, prefix: string): string[];
  /** The reply as the contract has it, where that is not what arrives. */
  reply?(raw: unknown, prefix: string): Reply<N>;
}

type Plans = { readonly [N in CommandName]: Plan<N> };

/** Every command as Redis's words. */
const PLANS: Plans = {
  get: keyOnly('GET'),
  set: { word: 'SET', words: setWords },
  del: keysOnly('DEL'),
  exists: keysOnly('EXISTS'),
  pexpire: {
    word: 'PEXPIRE',
    words: ({ key, ms, mode }, prefix) =>
      mode === undefined ? [prefix + key, String(ms)] : [prefix + key, String(ms), mode],
  },
  persist: keyOnly('PERSIST'),
  ttl: keyOnly('TTL'),
  pttl: keyOnly('PTTL'),
  hget: keyAndField('HGET'),
  hset: { word: 'HSET', words: ({ key, pairs }, prefix) => [prefix + key, ...pairs] },
  hdel: keyAndFields('HDEL'),
  hexists: keyAndField('HEXISTS'),
  hgetall: { ...keyOnly('HGETALL'), reply: (raw) => toRecord(raw as Pairs) },
  hmget: keyAndFields('HMGET'),
  hlen: keyOnly('HLEN'),
  hincrby: {
    word: 'HINCRBY',
    words: ({ key, field, by }, prefix) => [prefix + key, field, String(by)],
  },
  mget: keysOnly('MGET'),
  mset: { word: 'MSET', words: ({ pairs }, prefix) => prefixPairs(pairs, prefix) },
  incrby: { word: 'INCRBY', words: ({ key, by }, prefix) => [prefix + key, String(by)] },
  type: keyOnly('TYPE'),
  keys: {
    word: 'KEYS',
    words: ({ pattern }, prefix) => [escapeGlob(prefix) + pattern],
    reply: (raw, prefix) => visibleKeys(raw as string[], prefix),
  },
  flushall: { word: 'FLUSHALL', words: () => [] },
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

/** Names and texts in turn as an object, in which `__proto__` is a name as any other. */
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
