/** Does as many operations on a cache as there are keys, or things that keys are made of; answers how many found something. */
export type Loop = (
  cache: object,
  keys: readonly unknown[],
  values: readonly string[],
  ttl: number,
) => number;

/**
 * A loop around an expression, compiled for one cache alone: a loop that several caches shared would call their methods
 * through one site, at which the engine would give up on each of them.
 *
 * @param key - an expression over `keys[i]`.
 */
export function compileLoop(expression: string, key = 'keys[i]'): Loop {
  return new Function(
    'cache',
    'keys',
    'values',
    'ttl',
    `let found = 0;
     for (let i = 0; i < keys.length; i++) {
       const key = ${key};
       const value = values[i % values.length];
       const result = ${expression};
       if (result !== undefined && result !== null) found++;
     }
     return found;`,
  ) as Loop;
}
