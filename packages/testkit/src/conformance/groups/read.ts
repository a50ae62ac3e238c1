import assert from 'node:assert/strict';
import type { Suite } from '../bench.js';

/** How far two clocks of one machine may be apart, milliseconds. */
const CLOCKS = 1000;

/** `read`: the whole state of keys, as mirroring and synchronising need it. */
export function read({ test, foreignTest }: Suite): void {
  test('nothing asked, nothing answered', async ({ backend }) => {
    assert.deepEqual(await backend.read([]), []);
  });

  test('states come in the order asked, one for each time that a key is named', async ({
    backend,
  }) => {
    await backend.set('s', 'text');
    await backend.hset('h', { f: '1', __proto__x: '2' });
    assert.deepEqual(await backend.read(['none', 'h', 's', 's']), [
      { type: 'none' },
      {
        type: 'hash',
        fields: new Map([
          ['f', '1'],
          ['__proto__x', '2'],
        ]),
        deadline: null,
      },
      { type: 'string', value: 'text', deadline: null },
      { type: 'string', value: 'text', deadline: null },
    ]);
  });

  test('a deadline is an instant of this process', async ({ backend, now }) => {
    const before = now();
    await backend.set('s', 'v', 100_000);
    await backend.hset('h', 'f', 'v');
    await backend.expire('h', 200);
    const [string, hash] = await backend.read(['s', 'h']);
    const after = now();
    for (const [state, ttl] of [
      [string, 100_000],
      [hash, 200_000],
    ] as const) {
      assert.ok(state !== undefined && state.type !== 'none');
      assert.equal(typeof state.deadline, 'number');
      const deadline = state.deadline as number;
      assert.ok(deadline >= before + ttl - CLOCKS, `${deadline} is too early`);
      assert.ok(deadline <= after + ttl + CLOCKS, `${deadline} is too late`);
    }
  });

  test('a key whose time has passed is not there', async ({ backend, elapse }) => {
    await backend.set('s', 'v', 20);
    await elapse(60);
    assert.deepEqual(await backend.read(['s']), [{ type: 'none' }]);
  });

  test('a state is a copy', async ({ backend }) => {
    await backend.hset('h', 'f', '1');
    const [before] = await backend.read(['h']);
    await backend.hset('h', { f: '2', g: '3' });
    assert.ok(before?.type === 'hash');
    assert.deepEqual([...before.fields], [['f', '1']]);
  });

  test('hundreds of keys are read at once', async ({ backend }) => {
    const entries = Array.from({ length: 300 }, (_, i) => [`k${i}`, String(i)] as const);
    await backend.mset(entries);
    const states = await backend.read(entries.map(([key]) => key));
    assert.deepEqual(
      states.map((state) => state.type === 'string' && state.value),
      entries.map(([, value]) => value),
    );
  });

  foreignTest('other types are named', async ({ backend, putForeign }) => {
    await putForeign('k');
    const [state] = await backend.read(['k']);
    assert.ok(state?.type === 'other');
    assert.equal(state.name, await backend.type('k'));
    assert.equal(state.deadline, null);
  });
}
