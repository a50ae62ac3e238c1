import {
  CacheUnavailableError,
  type CommandFate,
  ReplyError,
  type UnavailableScope,
} from '@cachefb/core';

/** What an error says about the command it answered, and about the server. */
interface Verdict {
  readonly fate: CommandFate;
  readonly scope: UnavailableScope;
  /** Put before the server's own words. */
  readonly plain?: string;
}

const REFUSED: Verdict = { fate: 'refused', scope: 'all' };
const WRITES_REFUSED: Verdict = { fate: 'refused', scope: 'writes' };
const UNSENT: Verdict = { fate: 'unsent', scope: 'all', plain: 'the connection has just ended' };
const UNKNOWN: Verdict = { fate: 'unknown', scope: 'all' };
const CLUSTER: Verdict = {
  ...REFUSED,
  plain: 'it is a node of a cluster, which needs a cluster client',
};

/** Replies that are the server's own trouble, by their first word. Every other error reply is the caller's mistake. */
const BY_FIRST_WORD: Readonly<Record<string, Verdict>> = {
  LOADING: REFUSED,
  BUSY: REFUSED,
  UNKILLABLE: REFUSED,
  MASTERDOWN: REFUSED,
  CLUSTERDOWN: REFUSED,
  TRYAGAIN: REFUSED,
  NOAUTH: { ...REFUSED, plain: 'it requires a password' },
  WRONGPASS: { ...REFUSED, plain: 'it refuses the password' },
  DENIED: { ...REFUSED, plain: 'it refuses the connection' },
  LATE: { ...REFUSED, plain: 'a change arrived too late to be made' },
  MOVED: CLUSTER,
  ASK: CLUSTER,
  OOM: WRITES_REFUSED,
  READONLY: WRITES_REFUSED,
  MISCONF: WRITES_REFUSED,
  NOREPLICAS: WRITES_REFUSED,
};

/** The same for replies whose first word says nothing. */
const BY_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [/^ERR max number of clients/i, { ...REFUSED, plain: 'it accepts no more clients' }],
  [/^ERR invalid password/i, { ...REFUSED, plain: 'it refuses the password' }],
];

/** What a client says of itself; anything that isn't here came too late to know whether the command ran. */
const BY_CLIENT_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [/^Stream isn't writeable/, UNSENT],
  [/^Cluster isn't ready/, UNSENT],
];

/** Whether an error is an error reply of Redis, in any client. */
function isReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/**
 * The error that a caller gets for whatever a client raised: a `ReplyError` for the caller's own mistakes, for everything
 * else a `CacheUnavailableError` that says whether the command ran and how much of the server is gone.
 *
 * @param address - the server, for the message.
 */
export function toCacheError(error: unknown, address: string): CacheUnavailableError | ReplyError {
  if (error instanceof CacheUnavailableError || error instanceof ReplyError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const { message } = cause;
  if (isReply(cause)) {
    const verdict = verdictOfReply(message);
    return verdict === undefined
      ? new ReplyError(message, { cause })
      : unavailable(address, verdict, message, cause);
  }
  const verdict = BY_CLIENT_TEXT.find(([text]) => text.test(message))?.[1] ?? UNKNOWN;
  return unavailable(address, verdict, message, cause);
}

/** The verdict over an error reply; `undefined` for a caller's mistake. */
export function verdictOfReply(message: string): Verdict | undefined {
  const word = message.split(' ', 1)[0] ?? '';
  if (Object.hasOwn(BY_FIRST_WORD, word)) return BY_FIRST_WORD[word];
  return BY_TEXT.find(([text]) => text.test(message))?.[1];
}

/** Whether a script has to be sent whole. */
export function isNoScript(error: unknown): boolean {
  return error instanceof ReplyError && error.code === 'NOSCRIPT';
}

/** Whether a client lost count of which reply belongs to which command. */
export function isDesynchronised(error: Error): boolean {
  return error.message.startsWith('Command queue state error');
}

/** The error for a connection on which something arrived that nobody had asked for. */
export function toUnaskedError(address: string, error?: Error): CacheUnavailableError {
  // A server that refuses a client says so without being asked.
  const refusal = /Last error: (.*)/s.exec(error?.message ?? '')?.[1];
  const verdict = refusal === undefined ? undefined : verdictOfReply(refusal);
  if (refusal !== undefined && verdict !== undefined) {
    return unavailable(address, { ...verdict, fate: 'unknown' }, refusal, error);
  }
  return new CacheUnavailableError(`Redis at ${address} sent a reply that nobody asked for`, {
    fate: 'unknown',
    cause: error,
  });
}

/** Whether what arrived is no reply of Redis at all. */
export function isForeign(error: Error): boolean {
  return error.message.startsWith('Unknown RESP type');
}

function unavailable(
  address: string,
  { fate, scope, plain }: Verdict,
  message: string,
  cause: Error | undefined,
): CacheUnavailableError {
  const why = plain === undefined ? message : `${plain} (${message})`;
  return new CacheUnavailableError(`Redis at ${address}: ${why}`, { fate, scope, cause });
}
