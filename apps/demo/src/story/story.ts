import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheManager } from '@cachefb/manager';
import { audit } from '../audit/audit.js';
import { auditOthers } from '../audit/by-others.js';
import { evidenceOf } from '../audit/evidence.js';
import { auditOutages } from '../audit/outages.js';
import { showRows } from '../audit/show-rows.js';
import { tamper } from '../audit/tamper.js';
import { auditTill } from '../audit/till.js';
import { count, plural, seconds } from '../screen/format.js';
import type { Screen } from '../screen/screen.js';
import { Crowd, VISITORS } from '../shop/crowd.js';
import { Keys } from '../shop/keys.js';
import { Shop } from '../shop/shop.js';
import type { Stage } from '../stage/stage.js';
import { Tills } from '../till/tills.js';
import { type Act, heading, perform, type Scene } from './act.js';
import { CONTESTED, emptyAct, firstAct, rivalAct } from './acts.js';
import { createCache, FAILOVER_TIMEOUT } from './create-cache.js';
import type { Pace } from './pace.js';
import { showProgress } from './progress.js';
import { restartAct } from './restart-act.js';
import { Status } from './status.js';

/** What the story is told with. */
export interface Telling {
  readonly screen: Screen;
  readonly stage: Stage;
  readonly pace: Pace;
  readonly tamper: boolean;
  readonly signal: AbortSignal;
}

/** Tells the story, and cleans up after it whatever happens. Answers whether every promise was kept. */
export async function tellStory(telling: Telling): Promise<boolean> {
  const { screen, stage } = telling;
  const keys = new Keys();
  const cache = createCache(stage.url, keys, screen);
  const shop = new Shop(cache, keys);
  const tills = new Tills(stage.url, keys.prefix);
  const crowd = new Crowd(shop);
  try {
    const outages = await play({ ...telling, cache, shop, tills }, crowd);
    return await compare({ ...telling, cache, shop, tills }, outages);
  } finally {
    await crowd.stop();
    await tills.close();
    await cache.disconnect();
    await stage.close(keys.prefix);
  }
}

/** The length of each outage as the shop saw it, `undefined` for one that did not end. */
type Outages = readonly (number | undefined)[];

async function play(scene: Scene, crowd: Crowd): Promise<Outages> {
  const { screen, cache, shop, pace, signal } = scene;
  const startedAt = performance.now();
  introduce(scene);
  await cache.initialize();
  // One field that nobody ever changes again: it must be there at the end all the same.
  await shop.config.change('name', 'The Corner Shop');
  await shop.notices.change(CONTESTED, 'always open');
  crowd.start();
  const status = new Status(screen, cache, shop.calls);
  const undo = showProgress(screen, cache);
  const outages: (number | undefined)[] = [];
  try {
    await sleep(pace.calm, undefined, { signal });
    for (const makeAct of acts(scene)) {
      outages.push(await perform(await makeAct(scene), scene));
      if (outages.includes(undefined)) break;
    }
    return outages;
  } finally {
    undo();
    status.stop();
    await crowd.stop();
    screen.line();
    screen.line(
      screen.paint(
        'faint',
        `  The visitors have gone home after ${seconds(performance.now() - startedAt)}.`,
      ),
    );
  }
}

function acts({ screen, stage }: Scene): ((scene: Scene) => Act | Promise<Act>)[] {
  if (stage.mayLoseData) return [firstAct, emptyAct, rivalAct, restartAct];
  const skipped = () => {
    heading(screen, {
      title: 'Act two is skipped',
      intro: ['In it Redis comes back empty. Yours keeps its data.'],
    });
  };
  return [
    firstAct,
    (scene) => {
      skipped();
      return rivalAct(scene);
    },
    restartAct,
  ];
}

function introduce({ screen, stage }: Scene): void {
  heading(screen, {
    title: 'A shop whose Redis is killed, and comes back',
    intro: [
      `${VISITORS} visitors log in, look around, fill their baskets and log out again, all at`,
      'the same time. What the shop knows of them is in Redis:',
      '',
      '    sessions   critical; each lives for a minute after the last click',
      '    counters   critical; clicks of each visitor, for the rate limit, and of all',
      '    config     critical; one hash, which a clerk keeps changing',
      '    pages      not critical, only a cache; an editor keeps changing them',
      '',
      'The shop writes down what every answer promised it. At the end a connection',
      'that has nothing to do with the shop asks Redis what is really there.',
    ],
  });
  heading(screen, { title: 'Prologue: all is well', intro: [stage.description] });
}

async function compare(scene: Scene & Telling, outages: Outages): Promise<boolean> {
  const { screen, stage, cache, shop } = scene;
  const stats = cache.getSyncStats();
  const connection = await stage.connect();
  try {
    heading(screen, { title: 'Epilogue: what was promised, and what Redis holds', intro: [] });
    if (scene.tamper) {
      for (const what of await tamper(connection, shop.ledger, shop.keys)) {
        screen.line(`  --tamper: ${what}`);
      }
    }
    screen.line();
    const evidence = evidenceOf(connection);
    const rows = await audit(shop, evidence, {
      ambiguous: stats.ambiguous,
      failoverTimeout: FAILOVER_TIMEOUT,
    });
    rows.push(await auditOthers(shop.ledger, evidence), ...auditOutages(outages, stats));
    const till = await auditTill(shop.ledger, shop.keys.prefix, evidence);
    if (till !== undefined) rows.push(till);
    const kept = showRows(screen, rows, 'in Redis');
    footnotes(screen, cache, shop);
    return kept;
  } finally {
    connection.close();
  }
}

function footnotes(screen: Screen, cache: CacheManager, { clicks }: Shop): void {
  const { ambiguous } = cache.getSyncStats();
  if (ambiguous > 0) {
    screen.line(
      `  * ${plural(ambiguous, 'increment')} had been sent and not answered when a connection broke. Nobody`,
    );
    screen.line('    can know whether they ran: each may have counted or not, but never twice.');
    screen.line('    The cache says how many there were.');
  }
  if (clicks.turnedAway > 0) {
    screen.line(
      `  The rate limit held in the outages, too: ${count(clicks.turnedAway)} clicks of robots were refused.`,
    );
  }
  screen.line();
}
