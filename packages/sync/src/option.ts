import { ConfigurationError } from '@cachefb/core';

/** A function, `undefined` for `undefined`, or a `ConfigurationError`. */
export function functionOption<T>(option: string, value: T): T {
  if (value === undefined || typeof value === 'function') return value;
  throw new ConfigurationError(option, value, 'a function');
}

/** An option that cannot be left out, or a `ConfigurationError`. */
export function requiredOption<T>(option: string, value: T | undefined): T {
  if (value === undefined) throw new ConfigurationError(option, value, 'it is required');
  return value;
}
