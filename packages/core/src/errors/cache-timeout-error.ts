import { CacheUnavailableError, type UnavailableOptions } from './cache-unavailable-error.js';

/** No reply within the deadline. Unless said otherwise the command may still have run: its fate is unknown. */
export class CacheTimeoutError extends CacheUnavailableError {
  override readonly name = 'CacheTimeoutError';

  constructor(message: string, options: UnavailableOptions = {}) {
    super(message, { fate: 'unknown', code: 'TIMEOUT', ...options });
  }
}
