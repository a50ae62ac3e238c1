import { FakeClock } from '@cachefb/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeadlineWatch } from '../src/base/deadline.js';

const TIMEOUT = 1000;

let clock: FakeClock;
let received: number;
let overdue: number;
let watch: DeadlineWatch;

beforeEach(() => {
  clock = new FakeClock();
  received = 0;
  overdue = 0;
  watch = new DeadlineWatch({
    timeout: TIMEOUT,
    clock,
    received: () => received,
    onOverdue: () => overdue++,
  });
});

function send(count = 1): void {
  for (let i = 0; i < count; i++) watch.add();
  watch.sent();
}

function settle(count = 1): void {
  for (let i = 0; i < count; i++) watch.settle();
}

async function turns(count = 4): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('DeadlineWatch', () => {
  it('finds a command overdue after the timeout, not before', async () => {
    send();
    await clock.advance(TIMEOUT - 1);
    expect(overdue).toBe(0);
    await clock.advance(1);
    await turns();
    expect(overdue).toBe(1);
  });

  it('counts replies over batches, whichever of two is told first', async () => {
    send();
    watch.add(40);
    watch.sent();
    watch.settle(40);
    expect(watch.inFlight).toBe(1);
    watch.settle();
    expect(watch.inFlight).toBe(0);
    await clock.advance(TIMEOUT);
    await turns();
    expect(overdue).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('has no timer while nothing has been sent, one for any number of commands, and none in the end', async () => {
    expect(clock.pending).toBe(0);
    for (let i = 0; i < 50; i++) {
      send(20);
      await clock.advance(1);
    }
    expect(clock.pending).toBe(1);
    expect(watch.inFlight).toBe(1000);
    settle(1000);
    expect(watch.inFlight).toBe(0);
    await clock.advance(TIMEOUT);
    expect(clock.pending).toBe(0);
    expect(overdue).toBe(0);
  });

  it('follows the oldest command that waits', async () => {
    send(2);
    await clock.advance(600);
    send(1);
    settle(2);
    await clock.advance(600);
    await turns();
    expect(overdue).toBe(0);
    await clock.advance(400);
    await turns();
    expect(overdue).toBe(1);
  });

  it('starts the time of a command when it leaves, not when it was asked for', async () => {
    watch.add();
    clock.stall(5000);
    watch.sent();
    await clock.advance(TIMEOUT - 1);
    await turns();
    expect(overdue).toBe(0);
  });

  it('reads replies that have arrived before it judges', async () => {
    send();
    clock.tick(TIMEOUT);
    settle();
    await turns();
    expect(overdue).toBe(0);
  });

  it('waits on as long as anything arrives, but not for ever', async () => {
    send();
    clock.tick(TIMEOUT);
    for (let i = 0; i < 10; i++) {
      received++;
      await turns(1);
    }
    expect(overdue).toBe(0);
    clock.stall(60);
    for (let i = 0; i < 6; i++) {
      received++;
      await turns(1);
    }
    expect(overdue).toBe(1);
  });

  it('grants a moment after a stall of the event loop, once', async () => {
    send();
    clock.stall(TIMEOUT + 2000);
    await clock.advance(0);
    await turns();
    expect(overdue).toBe(0);
    await clock.advance(50);
    await turns();
    expect(overdue).toBe(1);
  });

  it('judges nothing once it is stopped', async () => {
    send();
    watch.stop();
    expect(clock.pending).toBe(0);
    send();
    expect(clock.pending).toBe(0);
    await clock.advance(TIMEOUT);
    await turns();
    expect(overdue).toBe(0);
  });

  it('may be stopped while it judges', async () => {
    send();
    clock.tick(TIMEOUT);
    watch.stop();
    await turns();
    expect(overdue).toBe(0);
  });

  it('takes a settling in the turn of the sending', async () => {
    watch.add();
    watch.settle();
    watch.settle();
    watch.sent();
    expect(watch.inFlight).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
