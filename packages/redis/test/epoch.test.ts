import { CacheUnavailableError } from '@cachefb/core';
import { expect, it } from 'vitest';
import { Epoch } from '../src/base/epoch.js';
import type { Link } from '../src/base/link.js';

/** A connection that answers `GET` in some way, and everything else with `OK`. */
function linkThat(get: () => Promise<unknown>): Link {
  const send = (name: string) => (name === 'GET' ? get() : Promise.resolve('OK'));
  return { send } as unknown as Link;
}

it('looks for the marker again where the connection broke before it was told', async () => {
  const epoch = new Epoch('epoch');
  await epoch.examine(
    linkThat(async () => null),
    'first',
  );
  await epoch.renew(linkThat(async () => 'word'));
  const broken = linkThat(() => Promise.reject(new CacheUnavailableError('reset')));
  await expect(epoch.examine(broken, 'second')).rejects.toThrow('reset');
  expect(epoch.emptied).toBe(false);
  await epoch.examine(
    linkThat(async () => null),
    'second',
  );
  expect(epoch.emptied).toBe(true);
});

it('takes a restart with its data for no loss', async () => {
  const epoch = new Epoch('epoch');
  await epoch.examine(
    linkThat(async () => null),
    'first',
  );
  await epoch.renew(linkThat(async () => 'word'));
  await epoch.examine(
    linkThat(async () => 'word'),
    'second',
  );
  expect(epoch.emptied).toBe(false);
});
