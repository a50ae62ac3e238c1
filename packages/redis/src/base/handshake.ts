import { CacheUnavailableError, type Clock, ReplyError } from '@cachefb/core';
import type { Link } from './link.js';
import type { ServerAddress } from './server-address.js';
import { readTime, type ServerClock } from './server-clock.js';
import type { Warn } from './warn-once.js';

/** What a server says of itself; what it does not tell to this user is `undefined`. */
export interface Greeting {
  /** Its `run_id`: another one after every start. */
  readonly instance: string | undefined;
  /** When it was started, milliseconds of this process's clock. */
  readonly startedAt: number | undefined;
  /** The number of this connection there. */
  readonly clientId: string | undefined;
}

/** What a handshake works with. */
export interface HandshakeOptions {
  readonly link: Link;
  readonly server: ServerAddress;
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly warn: Warn;
  /** A key of our own. */
  readonly key: string;
}

/**
 * Logs in, chooses the database and asks who is there: one round trip. Rejects with a `CacheUnavailableError` if the
 * server does not let us in, is still loading, or is no Redis. What an ACL forbids beyond that is gone without.
 */
export async function shakeHands(options: HandshakeOptions): Promise<Greeting> {
  const { link, server, name, clock, serverClock, warn, key } = options;
  const { username, password, db } = server;
  const asked = clock.now();
  const ask = (...words: string[]) => settle(link.send(words[0] as string, words.slice(1)));
  const login =
    password === undefined
      ? undefined
      : ask('AUTH', ...(username === undefined ? [] : [username]), password);
  const selected = db === 0 ? undefined : ask('SELECT', String(db));
  const named = name === undefined ? undefined : ask('CLIENT', 'SETNAME', name);
  const time = ask('TIME');
  const id = ask('CLIENT', 'ID');
  const info = ask('INFO', 'server');
  // Commands may be refused while these are not: a server that loads, a replica without its master.
  const works = ask('EXISTS', key);

  checkLogin(await login, link.address, warn);
  const database = await selected;
  if (database instanceof Error) throw refused(link.address, `no database ${db}`, database);
  await named;
  const told = readTime(expectReply(await time, Array.isArray, link.address));
  if (told !== undefined) serverClock.observe(asked, clock.now(), told);
  const clientId = expectReply(await id, isNumber, link.address);
  const about = expectReply(await info, isInfo, link.address);
  expectReply(await works, isNumber, link.address);
  const uptime = about === undefined ? undefined : /uptime_in_seconds:(\d+)/.exec(about)?.[1];
  return {
    instance: about === undefined ? undefined : /run_id:(\w+)/.exec(about)?.[1],
    startedAt: uptime === undefined ? undefined : clock.now() - Number(uptime) * 1000,
    clientId: clientId === undefined ? undefined : String(clientId),
  };
}

/** A reply, or the error in its place; so that none of several is left unhandled. */
async function settle(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    return error;
  }
}

function checkLogin(reply: unknown, address: string, warn: Warn): void {
  if (!(reply instanceof Error)) return;
  if (!(reply instanceof ReplyError)) throw reply;
  if (!reply.message.includes('without any password configured')) {
    throw refused(address, 'it refuses the login', reply);
  }
  warn('Redis needs no password, but one is configured', { address });
}

/** A reply of the right shape; `undefined` if this user may not ask. */
function expectReply<T>(
  reply: unknown,
  hasShape: (reply: unknown) => reply is T,
  address: string,
): T | undefined {
  if (reply instanceof ReplyError) return undefined;
  if (reply instanceof Error) throw reply;
  if (hasShape(reply)) return reply;
  throw new CacheUnavailableError(`${address} does not speak Redis's protocol`, {
    fate: 'refused',
  });
}

function isNumber(reply: unknown): reply is number {
  return typeof reply === 'number';
}

function isInfo(reply: unknown): reply is string {
  return typeof reply === 'string' && reply.includes(':');
}

function refused(address: string, what: string, cause: Error): CacheUnavailableError {
  return new CacheUnavailableError(`Redis at ${address}: ${what} (${cause.message})`, {
    fate: 'refused',
    cause,
  });
}
