/** Epoch milliseconds that never jump. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
