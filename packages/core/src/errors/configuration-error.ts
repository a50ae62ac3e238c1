import { inspect } from '../inspect.js';
import { CacheError } from './cache-error.js';

/** An option that cannot work. The message names the option and shows the value it got. */
export class ConfigurationError extends CacheError {
  override readonly name = 'ConfigurationError';
  /** The option, as a path: `'memoryCacheConfig.maxSize'`. */
  readonly option: string;
  /** The value it got. */
  readonly value: unknown;

  constructor(option: string, value: unknown, expected: string, options?: ErrorOptions) {
    super('CONFIGURATION', `${option}: expected ${expected}, got ${inspect(value)}`, options);
    this.option = option;
    this.value = value;
  }
}
