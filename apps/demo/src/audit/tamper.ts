import type { RawRedis } from '@cachefb/testkit';
import type { Keys } from '../shop/keys.js';
import type { Ledger } from '../shop/ledger.js';

const HOUR = 3_600_000;

/** Changes Redis behind everybody's back, one thing for each row of the comparison. Answers what. */
export async function tamper(other: RawRedis, ledger: Ledger, keys: Keys): Promise<string[]> {
  const [ended] = ledger.loggedOut;
  // The last one has the longest to live.
  const session = [...ledger.sessions].at(-1)?.[0];
  const [page] = ledger.pages.keys();
  const [field] = ledger.config.keys();
  if (!ended || !session || !page || !field) throw new Error('there is too little to tamper with');
  await other.call('SET', session, 'somebody else', 'PX', HOUR);
  await other.call('SET', ended, 'back again', 'PX', 60_000);
  await other.call('INCRBY', keys.allClicks, 1_000_000);
  await other.call('HSET', keys.config, field, 'something else');
  await other.call('SET', page, '<h1>An old page</h1> edition 0', 'PX', 1000);
  return [
    'a session is overwritten, and gets an hour to live',
    'a visitor who logged out is logged in again',
    'a counter is raised by a million',
    'a field of the config is changed',
    'a page is replaced by an old edition',
  ];
}
