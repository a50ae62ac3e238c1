const FIRST = 500;
const LONGEST = 15_000;

/** Milliseconds to wait before the next attempt, after so many that failed: longer each time, and never for all pages alike. */
export function backoff(failures: number, random: number): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** failures);
  return Math.round(longest * (0.5 + random / 2));
}
