import { ConfigurationError } from './errors/configuration-error.js';

/** Bounds of a numeric option. */
export interface OptionBounds {
  /** @defaultValue `0` */
  readonly min?: number;
  /** @defaultValue `Number.MAX_SAFE_INTEGER` */
  readonly max?: number;
}

/** An integer option within bounds, `fallback` for `undefined`, or a `ConfigurationError`. */
export function integerOption(
  option: string,
  value: unknown,
  fallback: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: OptionBounds = {},
): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new ConfigurationError(option, value, `an integer ${range}`);
}

/** A boolean option, `fallback` for `undefined`, or a `ConfigurationError`. */
export function booleanOption(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw new ConfigurationError(option, value, 'true or false');
}

/** One of some words, `fallback` for `undefined`, or a `ConfigurationError` that lists them. */
export function wordOption<W extends string>(
  option: string,
  value: unknown,
  fallback: W,
  words: readonly W[],
): W {
  if (value === undefined) return fallback;
  if (words.includes(value as W)) return value as W;
  throw new ConfigurationError(option, value, words.map((word) => `'${word}'`).join(' or '));
}

/** A string option that is not empty, `fallback` for `undefined`, or a `ConfigurationError`. */
export function stringOption(option: string, value: unknown, fallback: string): string {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigurationError(option, value, 'a string that is not empty');
}

/** An object that has these methods, `undefined` for `undefined`, or a `ConfigurationError`. */
export function objectOption<T extends object>(
  option: string,
  value: T | undefined,
  methods: readonly (keyof T & string)[],
): T | undefined {
  if (value === undefined) return undefined;
  const fits =
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof value[method] === 'function');
  if (!fits) throw new ConfigurationError(option, value, `an object with ${methods.join(', ')}`);
  return value;
}

/** An options object whose every name is known, or a `ConfigurationError` that names the stranger. */
export function optionsObject<T extends object>(
  option: string,
  value: unknown,
  names: readonly (keyof T & string)[],
): Partial<T> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(option || 'options', value, 'an object');
  }
  for (const name of Object.keys(value)) {
    if (!(names as readonly string[]).includes(name)) {
      const path = option === '' ? name : `${option}.${name}`;
      throw new ConfigurationError(
        path,
        (value as Record<string, unknown>)[name],
        `no such option (known: ${names.join(', ')})`,
      );
    }
  }
  return value as Partial<T>;
}
