import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/shop/gate.js';
import { Ledger } from '../../src/shop/ledger.js';
import { pruneLedger } from '../../src/web/prune-ledger.js';
import { Turns } from '../../src/web/turns.js';

describe('the gate', () => {
  it('waits for steps under way, and lets none begin while it is shut', async () => {
    const gate = new Gate();
    const told: string[] = [];
    let finish = () => {};
    const first = gate.pass(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      told.push('first');
    });
    const shut = gate.whileShut(async () => {
      told.push('shut');
      await turn();
      told.push('open');
    });
    const second = gate.pass(async () => void told.push('second'));
    await turn();
    expect(told).toEqual([]);
    finish();
    await Promise.all([first, shut, second]);
    expect(told).toEqual(['first', 'shut', 'open', 'second']);
  });

  it('opens again when a step or the work behind it fails', async () => {
    const gate = new Gate();
    const fail = () => Promise.reject(new Error('no'));
    await expect(gate.pass(fail)).rejects.toThrow('no');
    await expect(gate.whileShut(fail)).rejects.toThrow('no');
    expect(await gate.pass(async () => 1)).toBe(1);
    expect(await gate.whileShut(async () => 2)).toBe(2);
  });
});

describe('turns', () => {
  it('come one after the other, whether they fail or not', async () => {
    const turns = new Turns();
    const told: number[] = [];
    const failing = turns.take(async () => {
      await turn();
      told.push(1);
      throw new Error('no');
    });
    const next = turns.take(async () => void told.push(2));
    await expect(failing).rejects.toThrow('no');
    await next;
    expect(told).toEqual([1, 2]);
  });
});

describe('the ledger of a shop that never closes', () => {
  function fullLedger(): Ledger {
    const ledger = new Ledger();
    for (let n = 0; n < 20_000; n++) {
      const ended = n < 10_000;
      const at = ended ? 0 : 100_000;
      ledger.sessions.set(`s${n}`, { value: '', deadline: { earliest: at, latest: at } });
      ledger.loggedOut.add(`o${n}`);
    }
    return ledger;
  }

  it('forgets the oldest of what has ended', () => {
    const ledger = fullLedger();
    pruneLedger(ledger, 50_000, { inspected: false });
    expect(ledger.sessions.size).toBe(15_000);
    expect(ledger.sessions.has('s4999')).toBe(false);
    expect(ledger.sessions.has('s5000')).toBe(true);
    expect(ledger.loggedOut.size).toBe(5000);
    expect(ledger.loggedOut.has('o19999')).toBe(true);
  });

  it('forgets all that has ended once it was compared, and nothing that lives', () => {
    const ledger = fullLedger();
    pruneLedger(ledger, 50_000, { inspected: true });
    expect([...ledger.sessions.keys()].every((key) => Number(key.slice(1)) >= 10_000)).toBe(true);
    expect(ledger.sessions.size).toBe(10_000);
    expect(ledger.loggedOut.size).toBe(0);
  });
});
