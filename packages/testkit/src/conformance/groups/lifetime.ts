import assert from 'node:assert/strict';
import type { Suite } from '../bench.js';

/** `ping`, `connect` and `disconnect`. */
export function lifetime({ test }: Suite): void {
  test('ping says that writes are accepted', async ({ backend }) => {
    const status = await backend.ping();
    assert.equal(status.writable, true);
    assert.equal(status.error, undefined);
    assert.ok(!status.emptied);
  });

  test('ping names the same instance every time', async ({ backend }) => {
    const first = await backend.ping();
    const second = await backend.ping();
    assert.equal(second.instance, first.instance);
  });

  test('disconnect may be called twice', async ({ backend }) => {
    await backend.disconnect();
    await backend.disconnect();
  });
}
