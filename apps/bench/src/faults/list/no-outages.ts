import { ReplyError } from '@cachefb/core';
import { sleep } from '@cachefb/testkit';
import { faults } from '../fault.js';

const HOUR = 3_600_000;

/** What must not be taken for an outage. */
export const NO_OUTAGES = faults(
  {
    name: 'the event loop stands still for 2 s',
    lasts: 1000,
    expect: { provider: 'redis' },
    inject() {
      const end = performance.now() + 2000;
      while (performance.now() < end);
    },
  },
  {
    name: 'the wall clock jumps by an hour, and back',
    lasts: 0,
    expect: { provider: 'redis' },
    async inject() {
      const { now } = Date;
      for (const jump of [HOUR, -HOUR]) {
        Date.now = () => now() + jump;
        await sleep(1500);
      }
      Date.now = now;
    },
  },
  {
    name: 'NOPERM on one command',
    login: 'app:app@',
    expect: { provider: 'redis' },
    prepare: (stage) =>
      stage.call('ACL', 'SETUSER', 'app', 'on', '>app', '~*', '&*', '+@all', '-hlen'),
    async inject({ cache }) {
      for (let i = 0; i < 200; i++) {
        const error = await cache.hlen(`session:cart:${i % 50}`).catch((reason: unknown) => reason);
        const forbidden = error instanceof ReplyError && error.message.startsWith('NOPERM');
        if (!forbidden) throw new Error(`hlen was answered with ${String(error)}`);
      }
    },
  },
);
