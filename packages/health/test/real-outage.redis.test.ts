import { type BackendStatus, CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { RawRedis, RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthMonitor } from '../src/index.js';

const TIMEOUT = 500;

/** A connection that is opened by probes, used by commands, and dropped at the first failure. */
class Client {
  #connection: RawRedis | undefined;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  readonly probe = async (): Promise<BackendStatus> => {
    if (!this.#connection?.open) this.#connection = await RawRedis.connect({ port: this.#port });
    await this.#connection.call('PING');
    return { writable: true };
  };

  async get(): Promise<void> {
    const reply = this.#connection?.call('GET', 'key') ?? Promise.reject(new Error('none'));
    const late = sleep(TIMEOUT).then(() => Promise.reject(new CacheTimeoutError('late')));
    late.catch(() => {});
    await Promise.race([reply, late]);
  }

  drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

describe('a real Redis', () => {
  let server: RedisServer;
  let client: Client;
  let monitor: HealthMonitor;
  let changes: string[];
  let ended: boolean;
  let load: Promise<void>;

  /** Commands one after the other while the verdict is up. */
  const work = async () => {
    while (!ended) {
      if (monitor.verdict === 'up') {
        try {
          await client.get();
          monitor.succeeded();
        } catch (cause) {
          const lost = new CacheUnavailableError('lost', { fate: 'unknown', cause });
          monitor.failed(cause instanceof CacheTimeoutError ? cause : lost);
        }
      }
      await sleep(2);
    }
  };

  const upAgain = async (within: number) => {
    await waitFor(() => monitor.verdict === 'up', { timeout: within, message: 'up again' });
  };

  beforeEach(async () => {
    server = await RedisServer.start();
    client = new Client(server.port);
    monitor = new HealthMonitor({ probe: client.probe, timeout: TIMEOUT });
    changes = [];
    monitor.on('up', () => changes.push('up'));
    monitor.on('down', () => {
      changes.push('down');
      client.drop();
    });
    expect(await monitor.start()).toBe('up');
    ended = false;
    load = work();
  });

  afterEach(async () => {
    ended = true;
    await load;
    monitor.stop();
    client.drop();
    await server.close();
  });

  it('killed is known at once, and serves again within four seconds of a four second outage', async () => {
    await server.kill();
    await waitFor(() => monitor.verdict === 'down', { timeout: TIMEOUT });
    await sleep(4000);
    await server.restart();
    await upAgain(4000);
    expect(changes).toEqual(['down', 'up']);
  });

  it('hanging is known within two time-outs, and continued serves again', async () => {
    server.stop();
    await waitFor(() => monitor.verdict === 'down', { timeout: 2 * TIMEOUT + 200 });
    server.cont();
    await upAgain(4000);
    expect(changes).toEqual(['down', 'up']);
  });

  it('flapping every 250 ms changes the verdict a few times at most', async () => {
    for (let flap = 0; flap < 12; flap++) {
      await server.kill();
      await sleep(250);
      await server.restart();
      await sleep(250);
    }
    await upAgain(10_000);
    expect(changes.length).toBeLessThanOrEqual(6);
    expect(changes[0]).toBe('down');
  });

  it('untouched through two seconds of our own work stays up', async () => {
    const end = performance.now() + 2000;
    while (performance.now() < end);
    expect(await monitor.probeNow()).toBe(true);
    expect(changes).toEqual([]);
  });
});
