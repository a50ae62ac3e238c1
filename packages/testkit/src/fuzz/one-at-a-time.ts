/** Has each call wait until the ones before have ended, those that nobody waits for any more included. */
export function oneAtATime<A extends readonly unknown[], R>(
  run: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const next = last.then(() => run(...args));
    last = next.catch(() => {});
    return next;
  };
}
