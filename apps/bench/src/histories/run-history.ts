import { setTimeout as sleep } from 'node:timers/promises';
import {
  decodeHistory,
  type FinalState,
  type HistoryRecord,
  RedisServer,
  readFinalState,
  TcpProxy,
  waitFor,
} from '@cachefb/testkit';
import { DISTURBANCES } from './disturbances.js';
import { judge } from './judge.js';
import { isOfGroup } from './keys.js';
import { type Plan, type PlannedDisturbance, planOf, processName } from './plan.js';
import { type Found, monotonicNow, type WorkerEvent, type WorkerReport } from './protocol.js';
import { Worker } from './worker.js';

/** What came of one seed. */
export interface HistoryReport {
  readonly plan: Plan;
  readonly commands: number;
  /** How often providers changed, over all processes. */
  readonly changes: number;
  /** What their managers told, in lines. */
  readonly events: readonly string[];
  readonly synced: number;
  readonly conflicts: number;
  readonly ambiguous: number;
  /** The longest that a command took, milliseconds. */
  readonly slowest: number;
  /** Everything that must not be, in sentences; empty if all is well. */
  readonly problems: readonly string[];
}

/** The longest that a caller waits for Redis, milliseconds. */
const FAILOVER_TIMEOUT = 500;
/** How long all processes may take until everything is brought back, milliseconds. */
const PATIENCE = 30_000;
/** How long all is well at the end, milliseconds. */
const AFTER = 300;

/** What a run consists of while it lasts. */
interface Cast {
  readonly server: RedisServer;
  readonly proxies: readonly TcpProxy[];
  readonly workers: Worker[];
}

/** Runs what a seed decides, and checks what came of it. `program` is the one that workers run. */
export async function runHistory(seed: number, program?: string): Promise<HistoryReport> {
  const plan = planOf(seed);
  const server = await RedisServer.start({ persistence: true });
  const names = Array.from({ length: plan.processes }, (_, index) => processName(index));
  const proxies = await Promise.all(names.map(() => TcpProxy.start({ target: server })));
  const clockOrigin = Date.now() - monotonicNow();
  const cast: Cast = { server, proxies, workers: [] };
  try {
    for (const [index, name] of names.entries()) {
      const task = {
        url: (proxies[index] as TcpProxy).url,
        name,
        seed: seed + index,
        onConflict: plan.onConflict,
        failoverTimeout: FAILOVER_TIMEOUT,
        clockOrigin,
      };
      cast.workers.push(await Worker.start(task, program));
    }
    const start = performance.now();
    // What happens to the server waits for what happened to it before, however long that takes to end.
    const ofServer = ({ name }: PlannedDisturbance) => DISTURBANCES[name]?.where === 'server';
    const inTurn = async () => {
      for (const each of plan.disturbances.filter(ofServer)) await disturb(cast, each, start);
    };
    const others = plan.disturbances.filter((each) => !ofServer(each));
    await Promise.all([inTurn(), ...others.map((each) => disturb(cast, each, start))]);
    return await conclude(plan, cast);
  } finally {
    for (const worker of cast.workers) await worker.close();
    for (const proxy of proxies) await proxy.close();
    await server.close();
  }
}

async function disturb(
  { server, proxies, workers }: Cast,
  { name, process, from, to }: PlannedDisturbance,
  start: number,
): Promise<void> {
  const disturbance = DISTURBANCES[name];
  const [proxy, worker] = [proxies[process], workers[process]];
  if (disturbance === undefined || proxy === undefined || worker === undefined) {
    throw new Error(`nothing is known of ${name} in process ${process}`);
  }
  await sleep(start + from - performance.now());
  await disturbance.begin({ server, proxy, worker });
  await sleep(to - from);
  await disturbance.end({ server, proxy, worker });
}

async function conclude(plan: Plan, { server, workers }: Cast): Promise<HistoryReport> {
  const problems: string[] = [];
  await settled(workers).catch((error: Error) => problems.push(error.message));
  await sleep(AFTER);
  await Promise.all(workers.map((worker) => worker.finish()));
  await settled(workers).catch((error: Error) => problems.push(error.message));
  await sleep(AFTER);
  const connection = await server.connect();
  const final = await readFinalState(connection);
  const keys = [...final.keys.keys()].filter(isOfGroup);
  const unlike = async () => {
    const looks = await Promise.all(workers.map((worker) => worker.look(keys)));
    const still = await readFinalState(connection, keys);
    return looks.flatMap((look, index) => differences(processName(index), look, final, still));
  };
  await waitFor(async () => (await unlike()).length === 0, {
    timeout: 10_000,
    interval: 500,
  }).catch(async () => problems.push(...(await unlike())));
  connection.close();
  const reports = await Promise.all(workers.map((worker) => worker.report()));
  const sum = (of: (report: WorkerReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const ambiguous = sum(({ stats }) => stats.ambiguous);
  const slowest = Math.max(...reports.map((report) => report.slowest));
  for (const [index, { rejected, uncaught, stats }] of reports.entries()) {
    const name = processName(index);
    problems.push(...[...rejected, ...uncaught].map((message) => `${name}: ${message}`));
    if (stats.dropped > 0) problems.push(`${name} dropped ${stats.dropped} records`);
  }
  if (slowest > FAILOVER_TIMEOUT + 100) {
    problems.push(`the slowest command took ${slowest.toFixed(0)} ms`);
  }
  const history = reports.flatMap((report) => decodeHistory(report.history));
  problems.push(...judge(plan, history, final));
  return {
    plan,
    commands: sum(({ commands }) => commands),
    changes: sum(({ events }) => events.filter(isChange).length),
    events: reports.flatMap(({ events }, index) => linesOf(index, events, history)),
    synced: sum(({ stats }) => stats.totalSynced + stats.invalidated),
    conflicts: sum(({ stats }) => stats.conflicts),
    ambiguous,
    slowest,
    problems,
  };
}

async function settled(workers: readonly Worker[]): Promise<void> {
  await waitFor(
    async () => (await Promise.all(workers.map((worker) => worker.settled()))).every(Boolean),
    { timeout: PATIENCE, interval: 50, message: 'everything is brought back' },
  );
}

function isChange({ what }: WorkerEvent): boolean {
  return what === 'redis' || what.startsWith('memory');
}

function linesOf(
  index: number,
  events: readonly WorkerEvent[],
  history: readonly HistoryRecord[],
): string[] {
  const start = Math.min(...history.map((record) => record.start));
  return events.map(({ at, what }) => `${processName(index)} ${(at - start).toFixed(0)} ${what}`);
}

/** Where a process, when everything is over, does not find what Redis holds. */
function differences(
  name: string,
  look: Readonly<Record<string, Found>>,
  final: FinalState,
  still: FinalState,
): string[] {
  return Object.entries(look).flatMap(([key, found]) => {
    const shown = JSON.stringify(found);
    const states = [final, still].map(({ keys }) => JSON.stringify(plain(keys.get(key))));
    return states.includes(shown) ? [] : [`${name} finds ${shown} as ${key}, not ${states[0]}`];
  });
}

function plain(state: ReturnType<FinalState['keys']['get']>): Found {
  if (state?.type === 'string') return state.value;
  return state?.type === 'hash' ? Object.fromEntries(state.fields) : null;
}
