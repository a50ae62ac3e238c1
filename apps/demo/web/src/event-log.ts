import { LIMITS, type LogEntry } from '../../src/web/protocol.js';
import { create } from './dom.js';
import { timeOfDay } from './words.js';

/** The event log, newest first. New lines are read out; those that were there before are not. */
export class EventLog {
  readonly #log: HTMLElement;
  readonly #list: HTMLElement;

  constructor(log: HTMLElement) {
    this.#log = log;
    // It scrolls sooner or later.
    log.tabIndex = 0;
    this.#list = log.querySelector('ol') as HTMLElement;
  }

  /** Shows all lines anew. */
  reset(entries: readonly LogEntry[]): void {
    this.#log.setAttribute('aria-live', 'off');
    this.#list.replaceChildren(...entries.map(line).reverse());
    requestAnimationFrame(() => this.#log.setAttribute('aria-live', 'polite'));
  }

  add(entry: LogEntry): void {
    this.#list.prepend(line(entry));
    while (this.#list.children.length > LIMITS.log) this.#list.lastElementChild?.remove();
  }
}

function line({ at, tone, text }: LogEntry): HTMLElement {
  const time = create('time', { text: timeOfDay(at) });
  time.dateTime = new Date(at).toISOString();
  return create('li', { data: { tone } }, time, create('span', { text }));
}
