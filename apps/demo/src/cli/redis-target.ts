import { Refusal } from './refusal.js';

/** Where somebody's own Redis is. */
export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly db: number;
}

/** Reads `redis://[user[:password]@]host[:port][/db]`. Throws a {@link Refusal}. */
export function parseRedisTarget(text: string): RedisTarget {
  const scheme = /^([a-z0-9+]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'rediss') {
    throw new Refusal(
      'rediss:// is not supported here: the demo cuts a proxy in front of Redis, and TLS would not accept that proxy.',
    );
  }
  if (text.startsWith('/') || scheme === 'unix' || scheme === 'redis+unix') {
    throw new Refusal(
      'Unix sockets are not supported here: the demo cuts a TCP proxy in front of Redis.',
    );
  }
  if (scheme !== 'redis' || !URL.canParse(text)) throw unusable();
  const { hostname, port, username, password, pathname } = new URL(text);
  const db = pathname.replace(/^\//, '') || '0';
  if (hostname === '' || !/^\d+$/.test(db)) throw unusable();
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    username: decode(username),
    password: decode(password),
    db: Number(db),
  };
}

/** The same Redis by way of another address. */
export function targetUrl({ username, password, db }: RedisTarget, port: number): string {
  const user = [username, password].map(encodeURIComponent).join(':');
  return `redis://${user === ':' ? '' : `${user}@`}127.0.0.1:${port}/${db}`;
}

// The URL may hold a password, so it is not repeated.
function unusable(): Refusal {
  return new Refusal('--redis takes a URL such as redis://:password@localhost:6379/0.');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable();
  }
}
