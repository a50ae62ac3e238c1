import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandOrder } from '../src/command-order.js';

const turns = () => new Promise((resolve) => setImmediate(resolve));
const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('enter' as const), keys }) },
  fc.record({ do: fc.constant('ask' as const), keys, turn: fc.nat({ max: 20 }) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat() }) },
);

interface Entered {
  readonly keys: readonly string[];
  readonly turn: number;
  readonly settle: () => void;
}

const share = (one: readonly string[], other: readonly string[]) =>
  one.length === 0 || other.length === 0 || one.some((key) => other.includes(key));

describe('the order of commands', () => {
  it('has each wait for those before it that it shares a key with, and for no others', async () => {
    const plan = fc.tuple(
      fc.shuffledSubarray(
        Array.from({ length: 20 }, (_, i) => i),
        { minLength: 20 },
      ),
      fc.array(step, { maxLength: 25 }),
    );
    await fc.assert(
      fc.asyncProperty(plan, async ([order, steps]) => {
        const commands = new CommandOrder();
        const underWay = new Set<Entered>();
        const asked: { over: boolean; readonly waits: Set<Entered> }[] = [];
        const left = [...order];
        const settle = (one: Entered) => {
          one.settle();
          underWay.delete(one);
          for (const { waits } of asked) waits.delete(one);
        };
        for (const one of steps) {
          if (one.do === 'enter') {
            const turn = left.pop();
            if (turn === undefined) continue;
            let end = () => {};
            const command = new Promise<void>((resolve, reject) => {
              end = turn % 2 === 0 ? resolve : () => reject(new Error('it failed'));
            });
            commands.enter(one.keys, turn, command);
            underWay.add({ keys: one.keys, turn, settle: end });
          } else if (one.do === 'ask') {
            const waits = [...underWay].filter(
              (each) => each.turn < one.turn && share(each.keys, one.keys),
            );
            const ask = { over: false, waits: new Set(waits) };
            asked.push(ask);
            const before = commands.before(one.keys, one.turn);
            if (before === undefined) ask.over = true;
            else void before.then(() => (ask.over = true));
          } else {
            const which = [...underWay][one.which % Math.max(1, underWay.size)];
            if (which !== undefined) settle(which);
          }
          await turns();
          for (const { over, waits } of asked) expect(over).toBe(waits.size === 0);
          for (const key of ['a', 'b', 'c']) {
            const isBusy = [...underWay].some((each) => share(each.keys, [key]));
            expect(commands.has(key)).toBe(isBusy);
          }
        }
        for (const one of underWay) settle(one);
        await turns();
        expect(commands.isIdle).toBe(true);
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it('lets who comes next wait for little, however many there are', async () => {
    const commands = new CommandOrder();
    const ends: (() => void)[] = [];
    for (let turn = 1; turn <= 20_000; turn++) {
      void commands.before(['k'], turn);
      commands.enter(['k'], turn, new Promise<void>((resolve) => ends.push(resolve)));
    }
    let isOver = false;
    void commands.before(['k'], 20_001)?.then(() => {
      isOver = true;
    });
    const last = ends.pop() as () => void;
    for (const end of ends) end();
    await turns();
    expect(isOver).toBe(false);
    last();
    await turns();
    expect(isOver).toBe(true);
    expect(commands.isIdle).toBe(true);
  });
});
