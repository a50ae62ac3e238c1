const STEPS = [1, 2, 4, 6, 8, 10];

/** The next round number above a value: an axis that follows every sample would never stand still. */
export function niceMax(value: number, least: number): number {
  const wanted = Math.max(value * 1.05, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = STEPS.find((one) => one * power >= wanted) ?? 10;
  return step * power;
}
