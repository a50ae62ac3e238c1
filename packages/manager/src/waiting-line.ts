/** A command in a line. */
interface Place {
  readonly turn: number;
  /** Settles, and never rejects, when the command and those before it in its row are over. */
  readonly over: Promise<unknown>;
  isLeft: boolean;
}

/** Places that have been left before the rest of a row is moved up. */
const MOST_LEFT = 64;

/** Places in the order of their turns. */
class Row {
  #places: Place[] = [];
  /** How many at the front are left. */
  #left = 0;

  get isEmpty(): boolean {
    return this.#left === this.#places.length;
  }

  /** The turn of the last place. */
  get end(): number {
    return this.#places.at(-1)?.turn ?? 0;
  }

  /** The last place whose turn comes before one. */
  before(turn: number): Place | undefined {
    let low = this.#left;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] as Place).turn < turn) low = middle + 1;
      else high = middle;
    }
    return low === this.#left ? undefined : this.#places[low - 1];
  }

  add(turn: number, command: Promise<void>): Place {
    const last = this.isEmpty ? undefined : this.#places.at(-1);
    const over = last === undefined ? command : Promise.all([last.over, command]);
    const place = { turn, over, isLeft: false };
    this.#places.push(place);
    return place;
  }

  leave(place: Place): void {
    place.isLeft = true;
    while (this.#places[this.#left]?.isLeft) this.#left++;
    if (this.#left < MOST_LEFT || 2 * this.#left < this.#places.length) return;
    this.#places = this.#places.slice(this.#left);
    this.#left = 0;
  }
}

/**
 * Commands that are under way, in the order of their turns, though some come later than their turn. However many there
 * are, who comes next has little to wait for: the last place of a row stands for all before it.
 */
export class WaitingLine {
  /** More than one only while commands have come later than their turn. */
  readonly #rows: Row[] = [];

  get isEmpty(): boolean {
    return this.#rows.every((row) => row.isEmpty);
  }

  /** What settles when all are over whose turn comes before one; nothing if there are none. */
  before(turn: number): Promise<unknown>[] {
    return this.#rows.flatMap((row) => row.before(turn)?.over ?? []);
  }

  /**
   * A command is under way.
   *
   * @param command - settles, and never rejects, when it is over.
   * @returns what is to be called then.
   */
  enter(turn: number, command: Promise<void>): () => void {
    const row = this.#rows.find((one) => one.isEmpty || one.end <= turn) ?? this.#begin();
    const place = row.add(turn, command);
    return () => row.leave(place);
  }

  #begin(): Row {
    const row = new Row();
    this.#rows.push(row);
    return row;
  }
}
