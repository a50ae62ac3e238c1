import type { SetCommand } from '../command.js';
import { inspect } from '../inspect.js';
import { checkDelay, checkInstant } from './expiry.js';
import { checkKey } from './key.js';
import { syntaxError } from './replies.js';
import { encodeValue } from './value.js';

/** The third argument of `set`. */
export interface SetOptions {
  /** Time to live in milliseconds; must be positive. */
  ttl?: number | undefined;
  /** Keep the TTL that the key has. */
  keepTtl?: boolean | undefined;
  /** Only if the key does not exist. */
  nx?: boolean | undefined;
  /** Only if the key exists. */
  xx?: boolean | undefined;
  /** Answer the value that was there before. */
  get?: boolean | undefined;
}

const NAMES: ReadonlySet<string> = new Set(['ttl', 'keepTtl', 'nx', 'xx', 'get']);

type Draft = { -readonly [K in keyof SetCommand]: SetCommand[K] };

/** `set(key, value)`, `set(key, value, ttl)`, `set(key, value, options)` or `set(key, value, 'EX', 60, 'NX', …)`. */
export function setCommand(key: unknown, value: unknown, rest: readonly unknown[]): SetCommand {
  const checked = checkKey(key);
  const command: Draft = {
    name: 'set',
    key: checked,
    value: encodeValue(value, checked),
    ttl: undefined,
    deadline: undefined,
    keepTtl: false,
    nx: false,
    xx: false,
    get: false,
  };
  const third = rest[0];
  if (rest.length === 0 || (rest.length === 1 && third === undefined)) return command;
  if (typeof third === 'string') readTokens(command, rest);
  else if (rest.length > 1) throw syntaxError();
  else if (typeof third === 'object' && third !== null) readOptions(command, checkPlain(third));
  else command.ttl = checkDelay(third, 'ttl', 1, 'set');
  return command;
}

/** A `Date` or a list has no options in it, and must not pass for none. */
function checkPlain(options: object): object {
  const prototype: unknown = Object.getPrototypeOf(options);
  // The prototype of another realm's plain objects has none either.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return options;
  throw new TypeError(
    `the third argument of set must be a TTL in milliseconds, options or a word, got ${inspect(options)}`,
  );
}

function readOptions(command: Draft, options: object): void {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new TypeError(`set has no option ${inspect(name)}`);
  }
  const { ttl, keepTtl, nx, xx, get } = options as SetOptions;
  command.keepTtl = flag(keepTtl, 'keepTtl');
  command.nx = flag(nx, 'nx');
  command.xx = flag(xx, 'xx');
  command.get = flag(get, 'get');
  if (command.nx && command.xx) throw syntaxError();
  if (ttl === undefined) return;
  if (command.keepTtl) throw syntaxError();
  command.ttl = checkDelay(ttl, 'ttl', 1, 'set');
}

function flag(value: unknown, option: string): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  throw new TypeError(`set option ${option} must be a boolean, got ${inspect(value)}`);
}

function readTokens(command: Draft, tokens: readonly unknown[]): void {
  // As in Redis, one kind of expiry excludes the others, but may be said again: then the last one counts.
  let expiry: string | undefined;
  let read: (() => void) | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const word = typeof token === 'string' ? token.toUpperCase() : '';
    if (word === 'NX') command.nx = true;
    else if (word === 'XX') command.xx = true;
    else if (word === 'GET') command.get = true;
    else if (expiry !== undefined && expiry !== word) throw syntaxError();
    else if (word === 'KEEPTTL') {
      command.keepTtl = true;
      expiry = word;
    } else if (i + 1 < tokens.length && EXPIRY.has(word)) {
      const amount = tokens[++i];
      read = () => readExpiry(command, word, amount);
      expiry = word;
    } else throw syntaxError();
  }
  // As in Redis, the grammar is checked before the number.
  if (command.nx && command.xx) throw syntaxError();
  read?.();
}

const EXPIRY: ReadonlySet<string> = new Set(['EX', 'PX', 'EXAT', 'PXAT']);

function readExpiry(command: Draft, word: string, amount: unknown): void {
  const unit = word.startsWith('EX') ? 1000 : 1;
  if (word.endsWith('AT')) command.deadline = checkInstant(amount, word, unit, 'set');
  else command.ttl = checkDelay(amount, word, unit, 'set');
}
