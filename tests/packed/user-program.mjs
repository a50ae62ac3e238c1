// A user's JavaScript: every package can be imported by its name.
import assert from 'node:assert/strict';

for (const name of [
  'core',
  'eviction',
  'memory',
  'redis',
  'health',
  'sync',
  'manager',
  'testkit',
]) {
  assert.ok(await import(`@cachefb/${name}`), name);
}
