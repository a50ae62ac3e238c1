import { CacheUnavailableError } from '@cachefb/core';
import { TcpProxy } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { change, changing, put } from './changing.js';
import type { MakeBackend } from './subject.js';

/** Changes that are made once. */
export function applying(make: MakeBackend): void {
  const setting = changing(make);

  async function internalKeys(): Promise<string[]> {
    return ((await setting.server.call('KEYS', '*')) as string[]).filter((key) =>
      key.startsWith('__cachefb__:'),
    );
  }

  describe('many changes', () => {
    it('are all made, in their order, over any number of batches', async () => {
      const changes = Array.from({ length: 1234 }, (_, i) => put(`k${i % 700}`, String(i)));
      const outcomes = await setting.backend.apply(changes);
      expect(outcomes).toHaveLength(1234);
      expect(outcomes.every(({ status }) => status === 'applied')).toBe(true);
      expect(await setting.backend.mget('k0', 'k533', 'k534', 'k699')).toEqual([
        '700',
        '1233',
        '534',
        '699',
      ]);
    });

    it('may hold megabytes', async () => {
      const value = 'é'.repeat(300_000);
      const outcomes = await setting.backend.apply([
        put('a', value),
        put('b', value),
        put('c', 'x'),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
      expect(await setting.backend.get('b')).toBe(value);
    });

    it('may name an id twice, or come from several processes', async () => {
      const twice = put('k', '1', { id: 'a:1' });
      expect(
        await setting.backend.apply([twice, put('k', '2', { id: 'b:1' }), twice, twice]),
      ).toEqual([
        { status: 'applied' },
        { status: 'applied' },
        { status: 'duplicate' },
        { status: 'duplicate' },
      ]);
      expect(await setting.backend.get('k')).toBe('2');
      await setting.backend.confirm(['a:1', 'b:1']);
      expect(await internalKeys()).toEqual(['__cachefb__:epoch']);
    });

    it('may be none', async () => {
      expect(await setting.backend.apply([])).toEqual([]);
      await setting.backend.confirm([]);
    });

    it('may hold hashes of thousands of fields', async () => {
      const fields = new Map(Array.from({ length: 5000 }, (_, i) => [`f${i}`, String(i)]));
      await setting.backend.apply([
        change('h', { kind: 'put-hash', fields, deadline: null }, { stamp: true }),
      ]);
      expect(await setting.backend.hlen('h')).toBe(5000);
      const [outcome] = await setting.backend.apply([
        change('h', { kind: 'delete' }, { expect: { value: [null] } }),
      ]);
      expect(outcome).toMatchObject({ status: 'conflict' });
      expect(outcome?.status === 'conflict' && outcome.fieldsWrittenAt?.size).toBe(5000);
    });
  });

  describe('a change that is refused', () => {
    it('harms no other, and leaves no mark', async () => {
      await setting.server.call('RPUSH', 'list', 'item');
      await setting.backend.set('text', 'abc');
      const by = { kind: 'increment', by: 1, deadline: 'keep' } as const;
      const outcomes = await setting.backend.apply([
        put('a', '1'),
        change('list', by),
        change('text', by),
        change('max', { ...by, by: 2n ** 63n - 1n }),
        change('max', by),
        put('b', '2'),
      ]);
      expect(outcomes).toMatchObject([
        { status: 'applied' },
        { status: 'refused', error: { code: 'WRONGTYPE' } },
        { status: 'refused', error: { message: 'ERR value is not an integer or out of range' } },
        { status: 'applied' },
        { status: 'refused', error: { message: 'ERR increment or decrement would overflow' } },
        { status: 'applied' },
      ]);
      expect(await setting.server.call('SCARD', '__cachefb__:marks:')).toBe(3);
    });

    it('because a key is not permitted harms no other', async () => {
      await setting.server.call(
        'ACL',
        'SETUSER',
        'app',
        'on',
        '>pw',
        '~app:*',
        '~__cachefb__:*',
        '+@all',
      );
      const limited = make(`redis://app:pw@127.0.0.1:${setting.server.port}`);
      await limited.connect();
      const outcomes = await limited.apply([
        put('app:a', '1'),
        put('other', '1'),
        put('app:b', '2'),
      ]);
      expect(outcomes).toMatchObject([
        { status: 'applied' },
        { status: 'refused', error: { code: 'NOPERM' } },
        { status: 'applied' },
      ]);
      await limited.disconnect();
      await setting.server.call('ACL', 'DELUSER', 'app');
    });

    it('in the middle of a hash is undone as a whole', async () => {
      await setting.backend.hset('h', { a: '1', text: 'abc' });
      const [outcome] = await setting.backend.apply([
        change('h', {
          kind: 'fields',
          set: new Map([['s', 'set']]),
          increment: new Map([
            ['a', 5],
            ['new', 5],
            ['text', 5],
          ]),
          remove: ['a'],
          deadline: 1,
        }),
      ]);
      expect(outcome).toMatchObject({ status: 'refused' });
      expect(await setting.backend.hgetall('h')).toEqual({ a: '1', text: 'abc' });
    });
  });

  describe('sent again', () => {
    it('after a lost reply, nothing is made twice', async () => {
      const proxy = await TcpProxy.start({ target: setting.server });
      const remote = make(proxy.url, { timeout: 300 });
      await remote.connect();
      const changes = [
        change('n', { kind: 'increment', by: 5, deadline: 'keep' }),
        change('h', {
          kind: 'fields',
          set: new Map(),
          increment: new Map([['f', 7]]),
          remove: [],
          deadline: 'keep',
        }),
      ];
      proxy.blackHole({ requests: false });
      await expect(remote.apply(changes)).rejects.toMatchObject({ fate: 'unknown' });
      await proxy.heal();
      await remote.connect();
      expect(await remote.apply(changes)).toEqual([
        { status: 'duplicate' },
        { status: 'duplicate' },
      ]);
      expect(await remote.get('n')).toBe('5');
      expect(await remote.hget('h', 'f')).toBe('7');
      await remote.disconnect();
      await proxy.close();
    });

    it('once confirmed, they are forgotten', async () => {
      const changes = Array.from({ length: 2500 }, (_, i) => put(`k${i}`, 'v'));
      await setting.backend.apply(changes);
      expect(await internalKeys()).toHaveLength(2);
      expect(await setting.server.call('SCARD', '__cachefb__:marks:')).toBe(2500);
      await setting.backend.confirm(changes.map(({ id }) => id));
      expect(await internalKeys()).toEqual(['__cachefb__:epoch']);
    });

    it('a flush is made once', async () => {
      const first = put('before', 'v');
      await setting.backend.apply([first]);
      const flush = change('', { kind: 'flush' });
      expect(await setting.backend.apply([flush, put('after', 'v')])).toMatchObject([
        { status: 'applied' },
        { status: 'applied' },
      ]);
      expect(await setting.backend.apply([flush])).toEqual([{ status: 'duplicate' }]);
      expect(await setting.backend.apply([put('before', 'x', { id: first.id })])).toEqual([
        { status: 'duplicate' },
      ]);
      expect(await setting.backend.keys('*')).toEqual(['after']);
      expect(await internalKeys()).toContain('__cachefb__:epoch');
    });

    it('marks live as long as asked for', async () => {
      const brief = make(setting.server.url, { markTtl: 5000 });
      await brief.connect();
      await brief.apply([put('k', 'v', { id: 'process:1' })]);
      const ttl = Number(await setting.server.call('PTTL', '__cachefb__:marks:process:'));
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(5000);
      await brief.disconnect();
    });
  });

  describe('the server', () => {
    it('may forget the scripts at any time', async () => {
      expect(await setting.backend.apply([put('a', '1')])).toEqual([{ status: 'applied' }]);
      await setting.server.call('SCRIPT', 'FLUSH');
      const changes = Array.from({ length: 350 }, (_, i) => put('k', String(i)));
      await setting.backend.apply(changes);
      expect(await setting.backend.get('k')).toBe('349');
      await setting.server.call('SCRIPT', 'FLUSH');
      expect(await setting.backend.read(['a'])).toMatchObject([{ value: '1' }]);
    });

    it('makes no change that reaches it when nobody waits for the answer any more', async () => {
      // A connection that believes the server to be far behind: as if the bytes had been under way for long.
      const late = make(setting.server.url, { timeout: 2000, clock: slowClock() });
      await late.connect();
      slowness = 3_600_000;
      await expect(late.apply([put('k', 'v')])).rejects.toThrow(CacheUnavailableError);
      expect(await setting.server.call('EXISTS', 'k')).toBe(0);
      // It has asked for the time since.
      expect(await late.apply([put('k', 'v')])).toEqual([{ status: 'applied' }]);
      await late.disconnect();
    });
  });

  describe('with a key prefix', () => {
    it('keys get it, and patterns, values and our own keys are told apart', async () => {
      const url = `${setting.server.url}?keyPrefix=${encodeURIComponent('a[b]*:')}`;
      const prefixed = make(url);
      await prefixed.connect();
      await prefixed.set('k1', 'v');
      await prefixed.mset({ k2: 'v', x: 'v' });
      await setting.backend.set('a[b]x:k3', 'v');
      await setting.backend.set('k4', 'v');
      await prefixed.apply([put('k5', 'v', { stamp: true })]);
      expect((await prefixed.keys('k*')).sort()).toEqual(['k1', 'k2', 'k5']);
      const scanned: string[] = [];
      for await (const key of prefixed.scan('*')) scanned.push(key);
      expect(scanned.sort()).toEqual(['k1', 'k2', 'k5', 'x']);
      expect(await setting.server.call('GET', 'a[b]*:k5')).toBe('v');
      expect(await prefixed.read(['k1', 'k4'])).toMatchObject([
        { type: 'string' },
        { type: 'none' },
      ]);
      expect(await prefixed.mget('k1', 'k4')).toEqual(['v', null]);
      expect(await prefixed.del('k1', 'k4')).toBe(1);
      expect(await setting.backend.get('k4')).toBe('v');
      for (const key of (await setting.server.call('KEYS', '*')) as string[]) {
        expect(key).toMatch(/^(a\[b\]\*:|a\[b\]x:k3|k4|__cachefb__:)/);
      }
      await prefixed.disconnect();
    });
  });

  let slowness = 0;

  /** A clock that falls behind by `slowness`. */
  function slowClock() {
    slowness = 0;
    return {
      now: () => performance.timeOrigin + performance.now() - slowness,
      after: (ms: number, callback: () => void) => setTimeout(callback, ms),
      clear: (timer: object | number) => clearTimeout(timer as NodeJS.Timeout),
    };
  }
}
