const FIRST = 50;
const LONGEST = 5000;

/**
 * How long to wait after so many failures in a row, milliseconds: quick at first, as often as there are attempts; then slower
 * and slower.
 */
export function retryDelay(failures: number, attempts: number): number {
  const slow = Math.max(0, failures - attempts);
  return Math.min(FIRST * 2 ** Math.min(failures - 1 + slow, 20), LONGEST);
}
