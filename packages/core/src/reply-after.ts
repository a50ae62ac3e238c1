/** A reply for a caller who is not to have it before something else is done, if anything is. */
export function replyAfter<T>(until: Promise<void> | undefined, reply: T): T | Promise<Awaited<T>> {
  return until === undefined ? reply : (until.then(() => reply) as Promise<Awaited<T>>);
}
