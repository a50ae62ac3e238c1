import type { RawRedis } from '@cachefb/testkit';
import { count } from '../screen/format.js';
import { SESSION_LIFETIME } from '../shop/crowd.js';
import type { Act, Scene } from './act.js';

/** The notice that both sides change in the last act; nobody else touches it. */
export const CONTESTED = 'motto';

/** What both kinds of Redis go through. */
export function firstAct({ stage, pace }: Scene): Act {
  return {
    title: stage.mayLoseData ? 'Act one: Redis is killed' : 'Act one: Redis is out of reach',
    intro: [
      'It goes in the middle of everything, without a word. Nobody in the shop is to',
      'notice: memory answers, and what is changed meanwhile goes into a journal.',
    ],
    outage: pace.longOutage,
  };
}

/** Only for a Redis that may lose its data. */
export function emptyAct({ screen, stage, pace }: Scene): Act {
  const keysIn = async (redis: RawRedis) => Number(await redis.call('DBSIZE'));
  return {
    title: 'Act two: Redis comes back empty',
    intro: [
      'It is killed again, and this time its disk is lost as well. What is critical was',
      'in memory all along and is put back, also what nobody has touched.',
    ],
    outage: pace.shortOutage,
    comeback: {
      empty: true,
      meanwhile: async (redis) => screen.line(`    Keys in it: ${count(await keysIn(redis))}`),
    },
    epilogue: async () => {
      const redis = await stage.connect();
      const keys = await keysIn(redis).finally(() => redis.close());
      screen.line(`  Keys in it now: ${count(keys)}.`);
    },
  };
}

/** Somebody else is faster than the shop. */
export async function rivalAct({ screen, shop, pace }: Scene): Promise<Act> {
  const { sessions, notices, ledger, keys } = shop;
  const guest = await sessions.logIn('guest', SESSION_LIFETIME);
  return {
    title: 'Act three: somebody else was faster',
    intro: [
      'During the outage the shop changes its motto. So does somebody else, later and',
      'straight in Redis; they log a guest out as well, and add 500 to a counter. What',
      'they wrote must stay, and the counts must add up. (As Redis has gone away before,',
      'it has to be well for longer before it is trusted again.)',
    ],
    outage: pace.shortOutage,
    during: () => notices.change(CONTESTED, 'back soon'),
    comeback: {
      meanwhile: async (other) => {
        await other.call('HSET', keys.notices, CONTESTED, 'under new management');
        await other.call('DEL', guest.key);
        ledger.sessions.delete(guest.key);
        ledger.loggedOut.add(guest.key);
        await other.call('INCRBY', keys.allClicks, 500);
        ledger.counted(keys.allClicks, 500);
        ledger.byOthers.push(
          {
            what: 'the new motto',
            holds: async (redis) =>
              (await redis.hgetall(keys.notices))[CONTESTED] === 'under new management',
          },
          {
            what: 'the guest who was logged out',
            holds: async (redis) => (await redis.get(guest.key)) === null,
          },
        );
        screen.line('    Somebody else was first: a new motto, a higher counter, a session ended.');
      },
    },
  };
}
