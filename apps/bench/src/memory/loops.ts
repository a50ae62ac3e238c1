/** Does `keys.length` operations on a cache; answers how many found something. */
export type Loop = (
  cache: object,
  keys: readonly string[],
  values: readonly string[],
  ttl: number,
) => number;

/**
 * A loop around an expression, compiled for one cache alone: a loop that several caches shared would call their methods
 * through one site, at which the engine would give up on each of them.
 */
export function compileLoop(expression: string): Loop {
  return new Function(
    'cache',
    'keys',
    'values',
    'ttl',
    `let found = 0;
     for (let i = 0; i < keys.length; i++) {
       const key = keys[i];
       const value = values[i % values.length];
       const result = ${expression};
       if (result !== undefined && result !== null) found++;
     }
     return found;`,
  ) as Loop;
}
