import { CacheError } from './cache-error.js';

/**
 * What is known about a command whose backend failed:
 * `'unsent'` it never left, `'refused'` the server declined it without running it, `'unknown'` it may or may not have run.
 */
export type CommandFate = 'unsent' | 'refused' | 'unknown';

/** How much of the backend is gone: everything, or writes only (full, read-only, unable to persist). */
export type UnavailableScope = 'all' | 'writes';

/** Options of {@link CacheUnavailableError} beside the `cause`. */
export interface UnavailableOptions extends ErrorOptions {
  /** @defaultValue `'unsent'` */
  fate?: CommandFate;
  /** @defaultValue `'all'` */
  scope?: UnavailableScope;
  /** @defaultValue `'UNAVAILABLE'` */
  code?: string;
}

/** The backend cannot answer now, for a reason that is its own and not the caller's. */
export class CacheUnavailableError extends CacheError {
  override readonly name: string = 'CacheUnavailableError';
  readonly fate: CommandFate;
  readonly scope: UnavailableScope;

  constructor(message: string, options: UnavailableOptions = {}) {
    super(options.code ?? 'UNAVAILABLE', message, options);
    this.fate = options.fate ?? 'unsent';
    this.scope = options.scope ?? 'all';
  }
}
