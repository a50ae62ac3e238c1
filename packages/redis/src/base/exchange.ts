import type { Link, OutcomesListener, Request } from './link.js';

/** Sends several commands by the shortest way that a link offers, and tells what became of them all at once. */
export function exchange(
  link: Link,
  requests: readonly Request[],
  onOutcomes: OutcomesListener,
): void {
  if (link.exchange === undefined) sendEach(link, requests, onOutcomes);
  else link.exchange(requests, onOutcomes);
}

/** Sends several commands each by itself, and tells what became of them all at once. */
export function sendEach(
  link: Link,
  requests: readonly Request[],
  onOutcomes: OutcomesListener,
): void {
  const sent = requests.map(({ name, args }) =>
    link.send(name, args).catch((error: unknown) => error),
  );
  void Promise.all(sent).then(onOutcomes);
}
