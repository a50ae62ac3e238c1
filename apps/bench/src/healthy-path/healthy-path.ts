import { RedisServer } from '@cachefb/testkit';
import { type Laps, race } from '../harness/race.js';
import { median, medianRatio } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { type Client, connectClients, PIPELINING, PLAIN } from './clients.js';
import { LIMITS } from './limits.js';
import { fill, SCENARIOS } from './scenarios.js';

/** What each scenario's race brought, by the scenario's name. */
type Results = ReadonlyMap<string, Laps>;

/** What the manager costs while Redis is well, beside ioredis: CPU time of this process per operation. */
export async function healthyPath(rounds: number): Promise<void> {
  const server = await RedisServer.start({ persistence: false });
  try {
    const clients = await connectClients(server.url);
    try {
      print(clients, await measure(clients, rounds), rounds);
    } finally {
      await Promise.all(clients.map((client) => client.close()));
    }
  } finally {
    await server.close();
  }
}

async function measure(clients: readonly Client[], rounds: number): Promise<Results> {
  for (const client of clients) await fill(client);
  const results = new Map<string, Laps>();
  for (const { name, operations, run } of SCENARIOS) {
    const contestants = clients.map((client) => ({ name: client.name, run: () => run(client) }));
    results.set(name, await race(contestants, { operations, rounds }));
  }
  return results;
}

function print(clients: readonly Client[], results: Results, rounds: number): void {
  const names = clients.map(({ name }) => name);
  const show = (title: string, cell: (laps: Laps, name: string) => string) => {
    const rows = names.map((name) => [name, ...[...results.values()].map((l) => cell(l, name))]);
    console.log(`\n${table([title, ...results.keys()], rows)}`);
  };
  console.log(`\nHealthy path: CPU time of the client's process, medians of ${rounds} rounds`);
  show('µs per operation', (laps, name) => median(of(laps, name)).toFixed(2));
  for (const base of [PLAIN, PIPELINING]) {
    show(`× ${base}`, (laps, name) => ratio(laps, name, base).toFixed(2));
  }
  printLimits(results);
}

function printLimits(results: Results): void {
  const rows = LIMITS.flatMap(({ client, base, loads, most }) =>
    loads.flatMap((load) =>
      ['get', 'set'].map((command) => {
        const scenario = `${command} ×${load}`;
        const measured = ratio(results.get(scenario) ?? new Map(), client, base);
        const held = measured <= most ? 'held' : 'missed';
        return [`${client}, ${scenario}`, base, measured.toFixed(2), most.toFixed(2), held];
      }),
    ),
  );
  console.log(`\n${table(['promised', 'of', 'measured', 'at most', ''], rows)}`);
}

function ratio(laps: Laps, name: string, base: string): number {
  return medianRatio(of(laps, name), of(laps, base));
}

function of(laps: Laps, name: string): readonly number[] {
  return laps.get(name) ?? [];
}
