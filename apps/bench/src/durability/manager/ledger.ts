import { type Cells, kindOf, type StepKind } from './steps.js';

/** A step that was acknowledged. */
export interface MadeStep {
  readonly step: number;
  /** Whether it has to be there, by the durability chosen. */
  readonly promised: boolean;
}

/** A counter: what it may stand at. */
interface CountRange {
  least: number;
  most: number;
}

const COUNTS = { count: 'count', fieldCount: 'field-count' } as const;
const VALUES = {
  value: ['set'],
  fieldValue: ['field-set'],
  fleeting: ['leave', 'remove'],
} as const satisfies Partial<Record<keyof Cells, readonly StepKind[]>>;

/**
 * What may be there of one writer's keys. A process makes steps, of which some are promised, and one more may be under
 * way when it is killed. What the next one finds has to lie in between; that is on disk, so it stays promised. Of what
 * was not promised, some may yet turn up in Redis, until that has been asked.
 */
export class Ledger {
  readonly #counts: Record<keyof typeof COUNTS, CountRange> = {
    count: { least: 0, most: 0 },
    fieldCount: { least: 0, most: 0 },
  };
  /** The steps whose outcome may be there; 0 is none. */
  readonly #steps: Record<keyof typeof VALUES, readonly number[]> = {
    value: [0],
    fieldValue: [0],
    fleeting: [0],
  };
  #next = 1;

  /** The number of the next step: it has never been used. */
  get next(): number {
    return this.#next;
  }

  /** A process has made steps from {@link Ledger.next} on, and is gone. */
  made(steps: readonly MadeStep[]): void {
    const underWay = this.#next + steps.length;
    this.#next = underWay + 1;
    for (const cell of keysOf(COUNTS)) {
      const ofKind = steps.filter(({ step }) => kindOf(step) === COUNTS[cell]);
      const range = this.#counts[cell];
      range.least += ofKind.filter(({ promised }) => promised).length;
      range.most += ofKind.length + (kindOf(underWay) === COUNTS[cell] ? 1 : 0);
    }
    for (const cell of keysOf(VALUES)) {
      const kinds: readonly StepKind[] = VALUES[cell];
      const ofKind = steps.filter(({ step }) => kinds.includes(kindOf(step)));
      const promised = ofKind.findLastIndex((one) => one.promised);
      this.#steps[cell] = [
        ...(promised === -1 ? this.#steps[cell] : []),
        ...ofKind.slice(Math.max(promised, 0)).map(({ step }) => step),
        ...(kinds.includes(kindOf(underWay)) ? [underWay] : []),
      ];
    }
  }

  /**
   * This was found.
   *
   * @param isFinal - whether it was Redis that was asked, with nothing left to be brought back.
   * @returns what is wrong with it, in sentences.
   */
  find(cells: Cells, isFinal: boolean): string[] {
    const wrong: string[] = [];
    for (const cell of keysOf(COUNTS)) {
      const range = this.#counts[cell];
      const found = cells[cell];
      if (found < range.least) wrong.push(`${cell} is ${found}, and ${range.least} was promised`);
      if (found > range.most) wrong.push(`${cell} is ${found}, and only ${range.most} were made`);
      range.least = found;
      range.most = isFinal ? found : Math.max(found, range.most);
    }
    for (const cell of keysOf(VALUES)) {
      const steps = this.#steps[cell];
      const found = cells[cell];
      const first = steps.findIndex((step) => outcomeOf(step) === found);
      if (first === -1) {
        wrong.push(`${cell} is ${found}, which is none of ${steps.map(outcomeOf).join(', ')}`);
      }
      const left = steps.slice(Math.max(first, 0));
      this.#steps[cell] = isFinal ? left.filter((step) => outcomeOf(step) === found) : left;
      if (first === -1) this.#steps[cell] = [...this.#steps[cell], found];
    }
    return wrong;
  }
}

/** What a step leaves in its cell. */
function outcomeOf(step: number): number {
  return kindOf(step) === 'remove' ? 0 : step;
}

function keysOf<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[];
}
