import { ConfigurationError } from '@cachefb/core';

const EXPECTED = 'a URL such as redis://user:password@host:6379/0 or rediss://host';

/** What a URL says of where a Redis is. */
export interface UrlOptions {
  host: string;
  port?: number;
  /** An empty object for `rediss:`. */
  tls?: Record<string, never>;
  username?: string;
  password?: string;
  db?: number;
  /** IP version 4 or 6; 0 for either. */
  family?: number;
  keyPrefix?: string;
}

/** The options in a `redis:` or `rediss:` URL, or a `ConfigurationError` that does not show the password. */
export function parseRedisUrl(option: string, text: string): UrlOptions {
  const url = parse(text);
  if (url === undefined || url.hostname === '' || url.port === '0') {
    throw new ConfigurationError(option, hidePassword(text), EXPECTED);
  }
  const options: UrlOptions = { host: url.hostname.replace(/^\[|\]$/g, '') };
  if (url.port !== '') options.port = Number(url.port);
  if (url.protocol === 'rediss:') options.tls = {};
  if (url.username !== '') options.username = decode(option, url.username, text);
  if (url.password !== '') options.password = decode(option, url.password, text);
  const database = url.pathname.slice(1);
  if (/^\d+$/.test(database)) options.db = Number(database);
  else if (database !== '') throw new ConfigurationError(option, hidePassword(text), EXPECTED);
  for (const [name, value] of url.searchParams) {
    if (name === 'family' && /^[046]$/.test(value)) options.family = Number(value);
    else if (name === 'keyPrefix') options.keyPrefix = value;
    else {
      const known = 'a URL whose query has nothing but family (0, 4 or 6) and keyPrefix';
      throw new ConfigurationError(option, hidePassword(text), known);
    }
  }
  return options;
}

/** A text that may be a URL, with what may be a password left out. */
export function hidePassword(text: string): string {
  const hidden = text.replace(/(\/\/[^@:]*:).*@/s, '$1***@');
  // Without a host behind it, what follows a colon may be a password, too.
  return hidden.includes('@')
    ? hidden
    : text.replace(/(\/\/[^/?#]*?:)(?!\d*(?:[/?#]|$)).*/s, '$1***');
}

function parse(text: string): URL | undefined {
  if (!/^rediss?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

function decode(option: string, part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The password is in the cause, so there is none.
    throw new ConfigurationError(option, hidePassword(text), EXPECTED);
  }
}
