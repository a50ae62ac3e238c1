import {
  CacheTimeoutError,
  CacheUnavailableError,
  ConfigurationError,
  systemClock,
} from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { HealthMonitor, type HealthMonitorOptions } from '../src/index.js';
import { Answers } from './answers.js';

const refused = new CacheUnavailableError('connect ECONNREFUSED');
const timeout = new CacheTimeoutError('no reply within 1000 ms');
const full = new CacheUnavailableError('OOM', { fate: 'refused', scope: 'writes' });
const WELL = { writable: true, instance: 'a' };

function setUp(options: Partial<HealthMonitorOptions> = {}) {
  const clock = new FakeClock();
  const server = new Answers();
  const monitor = new HealthMonitor({
    probe: server.ask,
    timeout: 1000,
    clock,
    random: () => 0,
    ...options,
  });
  const seen: string[] = [];
  monitor.on('up', ({ status }) => seen.push(`up ${status.instance}`));
  monitor.on('down', ({ error }) => seen.push(`down ${error.message}`));
  monitor.on('unreadable', ({ error }) => seen.push(`unreadable ${error.message}`));
  return { clock, server, monitor, seen };
}

async function started(options?: Partial<HealthMonitorOptions>) {
  const parts = setUp(options);
  parts.server.say(WELL);
  await parts.monitor.start();
  return parts;
}

describe('the start', () => {
  it('is down before, and after one good probe up', async () => {
    const { monitor, server, clock, seen } = setUp();
    expect(monitor.verdict).toBe('down');
    expect(monitor.status).toEqual({
      isHealthy: false,
      readable: false,
      writable: false,
      lastCheck: 0,
      consecutiveFailures: 0,
      responseTime: 0,
      relapses: 0,
    });
    const start = monitor.start();
    expect(monitor.start()).toBe(start);
    await clock.advance(12);
    server.say(WELL);
    expect(await start).toBe('up');
    expect(monitor.status).toEqual({
      isHealthy: true,
      readable: true,
      writable: true,
      lastCheck: clock.now(),
      consecutiveFailures: 0,
      responseTime: 12,
      relapses: 0,
    });
    expect(server.asked).toBe(1);
    expect(seen).toEqual([]);
  });

  it('is down after one bad probe, and within the timeout', async () => {
    const { monitor, clock } = setUp();
    const start = monitor.start();
    await clock.advance(1000);
    expect(await start).toBe('down');
    expect(monitor.status.lastError).toBeInstanceOf(CacheTimeoutError);
  });

  it('tells reads from writes where only writes are refused', async () => {
    const { monitor, server } = setUp();
    server.say({ writable: false, error: new Error('READONLY You can not write') });
    expect(await monitor.start()).toBe('down');
    expect(monitor.status).toMatchObject({ isHealthy: false, readable: true, writable: false });
    expect(monitor.status.lastError).toMatchObject({ scope: 'writes', fate: 'refused' });
    expect(monitor.status.lastError?.message).toBe('READONLY You can not write');
  });
});

describe('while up', () => {
  it('probes every healthCheckInterval', async () => {
    const { clock, server } = await started({ healthCheckInterval: 5000 });
    await clock.advance(4999);
    expect(server.asked).toBe(1);
    await clock.advance(1);
    expect(server.asked).toBe(2);
    await clock.advance(50_000);
    expect(server.asked).toBe(12);
    expect(clock.pending).toBe(1);
  });

  it('goes down at the first hard failure of a command, and tells it at once', async () => {
    const { monitor, seen } = await started();
    monitor.failed(refused);
    expect(seen).toEqual(['down connect ECONNREFUSED']);
    expect(monitor.verdict).toBe('down');
    expect(monitor.status).toMatchObject({
      isHealthy: false,
      readable: false,
      consecutiveFailures: 1,
      lastError: refused,
    });
  });

  it('goes down when a probe fails or finds writes refused', async () => {
    for (const [answer, message] of [
      [(server: Answers) => server.fail(refused), refused.message],
      [(server: Answers) => server.say({ writable: false, error: full }), 'OOM'],
      [(server: Answers) => server.say({ writable: false }), 'writes are refused'],
    ] as const) {
      const { monitor, server, clock, seen } = await started();
      answer(server);
      await clock.advance(30_000);
      expect(seen).toEqual([`down ${message}`]);
      expect(monitor.readable).toBe(message !== refused.message);
    }
  });

  it('asks for a second opinion at the first time-out, which settles a hang within the timeout', async () => {
    const { monitor, server, clock, seen } = await started();
    await clock.advance(10_000);
    server.hang();
    monitor.failed(timeout);
    expect(monitor.verdict).toBe('up');
    await clock.advance(0);
    expect(server.asked).toBe(2);
    await clock.advance(1000);
    expect(seen).toEqual(['down no answer to a probe within 1000 ms']);
  });

  it('takes one slow command for what it is', async () => {
    const { monitor, server, clock, seen } = await started();
    await clock.advance(10_000);
    for (let times = 0; times < 3; times++) {
      monitor.failed(timeout);
      expect(monitor.status.consecutiveFailures).toBe(1);
      await clock.advance(1000);
      expect(monitor.status.consecutiveFailures).toBe(0);
    }
    expect(server.asked).toBe(4);
    expect(seen).toEqual([]);
  });

  it('counts time-outs in a row only', async () => {
    const { monitor, clock } = await started();
    await clock.advance(0);
    for (let times = 0; times < 5; times++) {
      monitor.failed(timeout);
      monitor.succeeded();
      expect(monitor.status.consecutiveFailures).toBe(0);
    }
    expect(monitor.verdict).toBe('up');
    monitor.failed(timeout);
    expect(monitor.verdict).toBe('up');
    monitor.failed(timeout);
    expect(monitor.verdict).toBe('down');
  });

  it('probes again soon after a probe that timed out, up to the threshold', async () => {
    const { monitor, server, clock } = await started({ softFailureThreshold: 3 });
    server.hang();
    await clock.advance(31_000);
    expect(monitor.status.consecutiveFailures).toBe(1);
    await clock.advance(1200);
    expect(monitor.status.consecutiveFailures).toBe(2);
    expect(monitor.verdict).toBe('up');
    await clock.advance(1200);
    expect(monitor.verdict).toBe('down');
    expect(server.asked).toBe(4);
  });
});

describe('a storm of failures', () => {
  it('is counted, tells of it once and starts no storm of probes', async () => {
    const { monitor, server, clock, seen } = await started();
    for (let times = 0; times < 10_000; times++) monitor.failed(refused);
    expect(seen).toHaveLength(1);
    expect(monitor.status.consecutiveFailures).toBe(10_000);
    expect(clock.pending).toBe(1);
    await clock.advance(499);
    expect(server.asked).toBe(1);
  });

  it('of time-outs between replies brings at most one probe in each 200 ms', async () => {
    const { monitor, server, clock } = await started();
    for (let ms = 0; ms < 1000; ms++) {
      monitor.failed(timeout);
      monitor.succeeded();
      await clock.advance(1);
    }
    expect(server.asked).toBeLessThanOrEqual(6);
    expect(monitor.verdict).toBe('up');
  });
});

describe('while down', () => {
  it('backs off from half a second, and comes back after three good probes', async () => {
    const { monitor, server, clock, seen } = await started();
    server.fail(refused);
    monitor.failed(refused);
    const due: number[] = [];
    for (let times = 0; times < 8; times++) {
      const before = clock.now();
      due.push((clock.nextDue as number) - before);
      await clock.advance(due.at(-1) as number);
    }
    expect(due).toEqual([500, 750, 1125, 1687.5, 2531.25, 3796.875, 4000, 4000]);
    server.say(WELL);
    await clock.advance(4000 + 399);
    expect(monitor.status).toMatchObject({ isHealthy: false, readable: false, writable: true });
    await clock.advance(1);
    expect(seen).toEqual(['down connect ECONNREFUSED', 'up a']);
    expect(monitor.verdict).toBe('up');
  });

  it('begins with healthCheckInterval where that is shorter', async () => {
    const { monitor, clock } = await started({ healthCheckInterval: 40 });
    monitor.failed(refused);
    expect(clock.nextDue).toBe(clock.now() + 40);
  });

  it('serves again within three seconds of the end of an outage of four, at worst', async () => {
    const { monitor, server, clock } = await started({ random: () => 0.999 });
    let worst = 0;
    for (let outage = 3500; outage <= 4500; outage += 50) {
      server.fail(refused);
      monitor.failed(refused);
      await clock.advance(outage);
      server.say(WELL);
      const back = clock.now();
      while (monitor.verdict === 'down') await clock.advance(10);
      worst = Math.max(worst, clock.now() - back);
      await clock.advance(600_000);
    }
    expect(worst).toBeLessThan(3000);
    expect(worst).toBeGreaterThan(400);
  });

  it('stays half open where only writes are refused, until anything else fails', async () => {
    const { monitor, seen } = await started();
    monitor.failed(full);
    monitor.succeeded();
    monitor.failed(full);
    expect(monitor.status).toMatchObject({ readable: true, consecutiveFailures: 2 });
    monitor.failed(timeout);
    expect(monitor.readable).toBe(false);
    monitor.failed(timeout);
    expect(seen).toEqual(['down OOM', 'unreadable no reply within 1000 ms']);
  });

  it('knows no second probe beside one under way', async () => {
    const { monitor, server, clock } = await started();
    server.hang();
    monitor.failed(timeout);
    await clock.advance(300);
    monitor.failed(timeout);
    const first = monitor.probeNow();
    expect(monitor.probeNow()).toBe(first);
    await clock.advance(100_000);
    expect(server.asked).toBeGreaterThan(10);
    expect(clock.pending).toBeLessThanOrEqual(1);
    expect(await first).toBe(false);
  });
});

describe('by hand', () => {
  it('a probe counts like any other', async () => {
    const { monitor, server, clock, seen } = await started();
    monitor.failed(refused);
    expect(await monitor.probeNow()).toBe(true);
    expect(await monitor.probeNow()).toBe(true);
    expect(seen).toHaveLength(1);
    expect(await monitor.probeNow()).toBe(true);
    expect(seen).toEqual(['down connect ECONNREFUSED', 'up a']);
    server.say({ writable: false });
    expect(await monitor.probeNow()).toBe(false);
    expect(monitor.verdict).toBe('down');
    server.fail(refused);
    expect(await monitor.probeNow()).toBe(false);
    expect(clock.pending).toBe(1);
  });

  it('up can be forced after one good probe', async () => {
    const { monitor, server, seen, clock } = await started();
    monitor.failed(refused);
    server.say({ writable: true, instance: 'b' });
    await monitor.probeNow();
    monitor.markUp();
    monitor.markUp();
    expect(seen.at(-1)).toBe('up b');
    expect(monitor.verdict).toBe('up');
    expect(clock.nextDue).toBe(clock.now() + 30_000);
  });
});

describe('the stop', () => {
  it('leaves no timer, ignores what comes late, and can be repeated', async () => {
    const { monitor, server, clock, seen } = await started();
    server.hang();
    const probe = monitor.probeNow();
    monitor.stop();
    monitor.stop();
    expect(clock.pending).toBe(0);
    expect(await probe).toBe(false);
    server.fail(refused);
    monitor.failed(refused);
    monitor.markUp();
    await clock.advance(60_000);
    expect(await monitor.probeNow()).toBe(false);
    expect(seen).toEqual([]);
    expect(server.asked).toBe(2);
    expect(monitor.verdict).toBe('down');
    expect(monitor.status.consecutiveFailures).toBe(0);
  });

  it('in the middle of the start ends it as down; a new start begins anew', async () => {
    const { monitor, server, clock } = setUp();
    const start = monitor.start();
    monitor.stop();
    expect(await start).toBe('down');
    expect(clock.pending).toBe(0);
    server.say(WELL);
    expect(await monitor.start()).toBe('up');
  });

  it('may come from a listener', async () => {
    const { monitor, clock } = await started();
    monitor.on('probe', () => monitor.stop());
    await clock.advance(30_000);
    expect(clock.pending).toBe(0);

    const other = await started();
    other.monitor.on('down', () => other.monitor.stop());
    other.monitor.failed(refused);
    expect(other.clock.pending).toBe(0);
  });
});

describe('events', () => {
  it('tell every probe, and end with their undo', async () => {
    const { monitor, server, clock } = setUp();
    const probes: unknown[] = [];
    const undo = monitor.on('probe', (probe) => probes.push(probe));
    server.say(WELL);
    await monitor.start();
    server.fail(refused);
    await clock.advance(30_000);
    const at = clock.now();
    expect(probes).toEqual([
      { ok: true, status: WELL, responseTime: 0, at: at - 30_000 },
      { ok: false, error: refused, responseTime: 0, at },
    ]);
    undo();
    await clock.advance(30_000);
    expect(probes).toHaveLength(2);
  });
});

describe('options', () => {
  const probe = async () => WELL;

  it('have defaults', async () => {
    const monitor = new HealthMonitor({ probe });
    expect(await monitor.start()).toBe('up');
    expect(Math.abs(monitor.status.lastCheck - systemClock.now())).toBeLessThan(1000);
    monitor.stop();
  });

  it.each([
    [{ probe: 1 }, 'probe'],
    [{}, 'probe'],
    [{ probe, healthCheckInterval: 0 }, 'healthCheckInterval'],
    [{ probe, healthCheckInterval: 2 ** 31 }, 'healthCheckInterval'],
    [{ probe, timeout: '5s' }, 'timeout'],
    [{ probe, softFailureThreshold: 0 }, 'softFailureThreshold'],
    [{ probe, recoveryProbes: 1.5 }, 'recoveryProbes'],
    [{ probe, random: 4 }, 'random'],
    [{ probe, interval: 4 }, 'options.interval'],
  ])('that cannot work are refused: %o', (options, name) => {
    const make = () => Reflect.construct(HealthMonitor, [options]);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(name);
  });
});
