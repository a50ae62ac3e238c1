/** How long and how often {@link waitFor} looks. */
export interface WaitOptions {
  /** Milliseconds until it gives up. @defaultValue `5000` */
  timeout?: number;
  /** Milliseconds between two looks. @defaultValue `10` */
  interval?: number;
  /** What was waited for; opens the message of the error. */
  message?: string;
}

/**
 * Waits until a condition holds: until `condition` answers something truthy, which is handed on. An error thrown by it
 * counts as "not yet", and is the `cause` of the final error.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeout = 5000, interval = 10, message = 'a condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await condition();
      if (answer) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) {
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`${message}: still not so after ${timeout} ms${why}`, { cause });
    }
    await sleep(interval);
  }
}

/** Resolves after some milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
