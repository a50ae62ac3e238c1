import { contestantNamed } from './contestants/all.js';
import { TTL } from './contestants/contestant.js';
import { Load } from './load.js';
import type { Answer, Order } from './orders.js';
import type { Player } from './player.js';

/** The process of one contestant: `child.js NAME PORT`. Does what it is told, and says what came of it. */

const [name, port] = process.argv.slice(2);
const contestant = contestantNamed(name);
let player: Player | undefined;

process.on('message', (order: Order) => {
  void obey(order).then(say, (error: Error) => say({ crash: error.message }));
});
process.on('disconnect', () => process.exit());
// It would have ended the application.
process.on('uncaughtException', (error) => say({ crash: error.message }, () => process.exit(1)));
say({ done: 'ready' });

async function obey(order: Order): Promise<Answer> {
  if (order === 'first-set') return { done: order, value: await firstSet() };
  if (order === 'begin') player = new Load(await contestant.open(Number(port)));
  return { done: order, value: await player?.[order]() };
}

/** How long it takes from nothing to the answer of a first `set`, whatever that is, milliseconds. */
async function firstSet(): Promise<number> {
  const start = performance.now();
  const rival = await contestant.open(Number(port));
  await rival.set('first', 'value', TTL).catch(() => {});
  return performance.now() - start;
}

function say(answer: Answer, then = () => {}): void {
  process.send?.(answer, undefined, undefined, then);
}
