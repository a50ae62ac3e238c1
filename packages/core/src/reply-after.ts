/** A reply for a caller who is not to have it before something else is done, if anything is. */
export function replyAfter<T>(until: Promise<void> | undefined, reply: T): T | Promise<Awaited<T>> {
  return until === undefined ? reply : (until.then(() => reply) as Promise<Awaited<T>>);
}

/** What resolves when both do, either of which may be nothing to wait for. */
export function bothOf(
  one: Promise<void> | undefined,
  other: Promise<void> | undefined,
): Promise<void> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.then(() => other);
}
