import { type BackendStatus, CacheTimeoutError, type Clock, type Timer } from '@cachefb/core';

/** What came of a probe, and after how many milliseconds. */
export type Finding =
  | { readonly ok: true; readonly status: BackendStatus; readonly responseTime: number }
  | { readonly ok: false; readonly error: Error; readonly responseTime: number };

/** A timer this late (milliseconds) tells of an event loop that stood still. */
const TOLERATED_LAG = 20;

/**
 * Asks once and calls `done` once, within `timeout` milliseconds. Answers how to give the probe up, after which `done`
 * is not called.
 *
 * An event loop of our own that stood still is not the backend's time-out: when the time is up, replies that have
 * already arrived are read first, and a timer that was late gives the probe back, once, what it was late by.
 */
export function boundedProbe(
  ask: () => Promise<BackendStatus>,
  timeout: number,
  clock: Clock,
  done: (finding: Finding) => void,
): () => void {
  const startedAt = clock.now();
  let timer: Timer | undefined;
  let open = true;

  const close = () => {
    open = false;
    if (timer !== undefined) clock.clear(timer);
  };
  const finish = (finding: (responseTime: number) => Finding) => {
    if (!open) return;
    close();
    done(finding(clock.now() - startedAt));
  };
  const giveUp = () => {
    const error = new CacheTimeoutError(`no answer to a probe within ${timeout} ms`);
    finish((responseTime) => ({ ok: false, error, responseTime }));
  };
  const timeIsUp = () => {
    const lag = clock.now() - startedAt - timeout;
    setImmediate(() => {
      if (!open) return;
      if (lag <= TOLERATED_LAG) giveUp();
      else timer = clock.after(Math.min(lag, timeout), () => setImmediate(giveUp));
    });
  };

  timer = clock.after(timeout, timeIsUp);
  new Promise<BackendStatus>((resolve) => resolve(ask())).then(
    (status) => finish((responseTime) => ({ ok: true, status, responseTime })),
    (reason) => finish((responseTime) => ({ ok: false, error: toError(reason), responseTime })),
  );
  return close;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
