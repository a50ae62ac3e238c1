/**
 * Leaves out of a failing list whatever it fails without: first long stretches, then single items.
 *
 * @param fails - whether a list still fails.
 * @param limit - milliseconds after which what was found so far is good enough.
 */
export async function minimise<T>(
  items: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
  limit: number,
): Promise<readonly T[]> {
  const end = performance.now() + limit;
  let kept = items;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let to = kept.length; to > 0; to -= size) {
      if (performance.now() > end) return kept;
      const fewer = [...kept.slice(0, Math.max(0, to - size)), ...kept.slice(to)];
      if (fewer.length > 0 && (await fails(fewer))) kept = fewer;
    }
  }
  return kept;
}
