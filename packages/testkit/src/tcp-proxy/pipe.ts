import type { Socket } from 'node:net';
import type { Direction, Faults } from './faults.js';

interface Parcel {
  readonly due: number;
  /** `undefined` for the end of the stream. */
  readonly bytes: Buffer | undefined;
}

/** One direction of a link: carries bytes from one socket to the other, in order, as the faults allow. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #faults: Faults;
  readonly #queue: Parcel[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, direction: Direction, faults: Faults) {
    this.#from = from;
    this.#to = to;
    this.#direction = direction;
    this.#faults = faults;
    to.on('drain', () => from.resume());
  }

  /** Takes bytes, or the end of the stream, on their way. */
  accept(bytes: Buffer | undefined): void {
    if (bytes !== undefined && this.#faults.passage[this.#direction] === 'swallow') return;
    const due = performance.now() + this.#faults.delay[this.#direction];
    this.#queue.push({ due, bytes });
    this.move();
  }

  /** Lets go whatever may go now. */
  move(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    while (this.#faults.passage[this.#direction] !== 'hold') {
      const parcel = this.#queue[0];
      if (parcel === undefined) return;
      if (parcel.due > now) {
        this.#timer = setTimeout(() => this.move(), parcel.due - now);
        return;
      }
      this.#queue.shift();
      if (parcel.bytes === undefined) this.#to.end();
      else if (!this.#to.write(parcel.bytes)) this.#from.pause();
    }
  }

  /** Forgets what is on its way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }
}
