import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../measure/now.js';
import { count, milliseconds, plural } from '../screen/format.js';
import type { Act, Scene } from './act.js';

const LABEL = 'Reading from disk';
/** How long a till may take until everything is brought back, milliseconds. */
const PATIENCE = 30_000;
const GLANCE = 50;

/** The application itself is killed during the outage. */
export async function restartAct({
  screen,
  tills,
  shop,
  pace,
  stage,
  signal,
}: Scene): Promise<Act> {
  const first = await tills.open();
  let next = first;
  return {
    title: 'Act four: the application is killed as well',
    intro: [
      'The till of the shop is an application of its own, with a store on disk. Redis goes',
      'away, the till goes on selling, and then it is killed, too. The next one has what the',
      'first one was promised, while there is no Redis, and brings it back when there is.',
    ],
    outage: pace.shortOutage / 2,
    during: async () => {
      await first.sell(pace.baskets);
      await first.refund();
      screen.line(
        `    The till has sold ${plural(pace.baskets, 'basket')}, and taken a lamp back.`,
      );
      await first.kill();
      screen.line(`  ${screen.paint('bad', '✗')} kill -9 ${first.pid}: the till is gone.`);
      const opening = now();
      next = await tills.open((done, total) => screen.progress(LABEL, done, total));
      screen.settle();
      const { baskets, counted, refundedIsThere } = await next.look();
      screen.line(
        `  ${screen.paint('good', '✓')} A new one opens within ${milliseconds(now() - opening)}, ` +
          `and ${next.provider} answers: ${plural(baskets, 'basket')},`,
      );
      screen.line(
        `    a counter at ${count(counted)}, and the lamp is ${refundedIsThere ? 'back' : 'not'} there.`,
      );
      shop.ledger.till = { baskets: pace.baskets };
    },
    epilogue: async () => {
      const end = now() + PATIENCE;
      while (!(await next.isSettled()) && now() < end) {
        await sleep(GLANCE, undefined, { signal });
      }
      await next.close();
      screen.line(
        `  ${stage.mayLoseData ? 'Redis' : 'Your Redis'} has what the killed till had sold.`,
      );
    },
  };
}
