import { freePort } from '@cachefb/testkit';
import { ChildPlayer } from './child-player.js';
import type { Contestant } from './contestants/contestant.js';

/** How long is waited for an answer, milliseconds. */
const PATIENCE = 7000;

/** One sentence: how long a first `set` takes each of them if Redis is not there when they start. */
export async function firstSets(contestants: readonly Contestant[]): Promise<string> {
  const port = await freePort();
  const players = [];
  for (const { name } of contestants) players.push(await ChildPlayer.start(name, port));
  // All at once: they only wait.
  const took = await Promise.all(players.map((player) => player.firstSet(PATIENCE)));
  await Promise.all(players.map((player) => player.close()));
  const each = contestants.map(({ name }, n) => {
    const ms = took[n];
    return `${name} ${ms === undefined ? `over ${PATIENCE}` : ms.toFixed(0)} ms`;
  });
  return `Redis away at the start, until the first \`set\` is answered: ${each.join('; ')}.`;
}
