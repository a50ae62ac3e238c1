/**
 * Leaves out of a failing list whatever it fails without: first long stretches, then single items.
 *
 * @param fails - whether a list still fails.
 */
export async function minimise<T>(
  items: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let end = kept.length; end > 0; end -= size) {
      const fewer = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      if (fewer.length > 0 && (await fails(fewer))) kept = fewer;
    }
  }
  return kept;
}
