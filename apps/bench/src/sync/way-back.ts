import { RedisServer } from '@cachefb/testkit';
import { collectGarbage } from '../harness/collect-garbage.js';
import { type Contestant, contestants } from './contestants.js';
import { Reader } from './reader.js';

/** What one run took, seconds. */
export interface Lap {
  readonly wall: number;
  /** CPU time of this process. */
  readonly client: number;
  /** CPU time of Redis. */
  readonly server: number;
}

/** What became of one contestant. */
export interface Course {
  readonly laps: Lap[];
  /** What reads beside it took, in laps of their own, milliseconds. */
  readonly reads: number[];
}

/** All contestants in turn, each on an empty server; in every round once alone, and once with a reader beside it. */
export async function wayBack(rounds: number): Promise<ReadonlyMap<string, Course>> {
  await using server = await RedisServer.start({ persistence: false });
  const all = contestants(server.url);
  const courses = new Map<string, Course>();
  for (const { name } of all) courses.set(name, { laps: [], reads: [] });
  for (let round = -1; round < rounds; round++) {
    for (const contestant of all) {
      const lap = await runOnce(server, contestant);
      if (round < 0) continue;
      const course = courses.get(contestant.name);
      course?.laps.push(lap);
      course?.reads.push(...(await readBeside(server, contestant)));
    }
  }
  return courses;
}

async function runOnce(server: RedisServer, contestant: Contestant): Promise<Lap> {
  await server.call('FLUSHALL');
  await contestant.prepare();
  collectGarbage();
  const serverCpu = await cpuOf(server);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await contestant.run();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const lap = { wall, client: (user + system) / 1e6, server: (await cpuOf(server)) - serverCpu };
  await contestant.finish();
  return lap;
}

async function readBeside(server: RedisServer, contestant: Contestant): Promise<readonly number[]> {
  await server.call('FLUSHALL');
  await contestant.prepare();
  collectGarbage();
  const reader = new Reader(() => contestant.read());
  await contestant.run();
  const times = await reader.stop();
  await contestant.finish();
  return times;
}

/** Seconds since its start. */
async function cpuOf(server: RedisServer): Promise<number> {
  const info = String(await server.call('INFO', 'cpu'));
  const read = (name: string) => Number(new RegExp(`^${name}:(.+)$`, 'm').exec(info)?.[1]);
  return read('used_cpu_user') + read('used_cpu_sys');
}
