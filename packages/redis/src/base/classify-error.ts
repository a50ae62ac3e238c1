import {
  CacheUnavailableError,
  type CommandFate,
  ReplyError,
  type UnavailableScope,
} from '@cachefb/core';

/** What an error reply says about the command it answered, and about the server. */
interface Verdict {
  readonly fate: CommandFate;
  readonly scope: UnavailableScope;
  /** Put before the server's own words. */
  readonly plain?: string;
}

const REFUSED: Verdict = { fate: 'refused', scope: 'all' };
const WRITES_REFUSED: Verdict = { fate: 'refused', scope: 'writes' };
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

/**
 * The error that a caller gets for an error reply: a `ReplyError` for the caller's own mistakes, for everything else a
 * `CacheUnavailableError` that says how much of the server is gone.
 *
 * @param message - the reply.
 * @param address - the server, for the message.
 * @param cause - the client's error.
 */
export function errorOfReply(
  message: string,
  address: string,
  cause?: Error,
): CacheUnavailableError | ReplyError {
  const verdict = verdictOfReply(message);
  return verdict === undefined
    ? new ReplyError(message, { cause })
    : unavailable(address, verdict, message, cause);
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

/**
 * The error for a connection on which something arrived that nobody had asked for.
 *
 * @param text - what arrived, if it was an error reply and is known: a server that refuses a client says so unasked.
 */
export function toUnaskedError(
  address: string,
  text?: string,
  cause?: Error,
): CacheUnavailableError {
  const verdict = text === undefined ? undefined : verdictOfReply(text);
  if (text !== undefined && verdict !== undefined) {
    return unavailable(address, { ...verdict, fate: 'unknown' }, text, cause);
  }
  return new CacheUnavailableError(`Redis at ${address} sent a reply that nobody asked for`, {
    fate: 'unknown',
    cause,
  });
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
