import { RedisServer } from '@cachefb/testkit';
import { type Laps, race } from '../harness/race.js';
import type { Client } from './client.js';
import { connectClients } from './clients.js';
import { measureInFlight } from './in-flight.js';
import { type Measured, print } from './report.js';
import { fill, SCENARIOS, type Scenario } from './scenarios.js';

/**
 * What the manager costs while Redis is well, beside other clients: CPU time of this process, time, and memory.
 *
 * @param callers - how many at once are of interest. @defaultValue every load
 */
export async function healthyPath(rounds: number, callers?: number): Promise<void> {
  const scenarios = SCENARIOS.filter(({ load }) => callers === undefined || load === callers);
  const server = await RedisServer.start({ persistence: false });
  try {
    const clients = await connectClients(server.url);
    try {
      const names = clients.map(({ name }) => name);
      print(
        names,
        await measure(clients, scenarios, rounds),
        await measureInFlight(server),
        rounds,
      );
    } finally {
      await Promise.all(clients.map((client) => client.close()));
    }
  } finally {
    await server.close();
  }
}

async function measure(
  clients: readonly Client[],
  scenarios: readonly Scenario[],
  rounds: number,
): Promise<Measured[]> {
  for (const client of clients) await fill(client);
  const measured: Measured[] = [];
  for (const scenario of scenarios) measured.push(await measureOne(clients, scenario, rounds));
  return measured;
}

async function measureOne(
  clients: readonly Client[],
  scenario: Scenario,
  rounds: number,
): Promise<Measured> {
  const { operations, load } = scenario;
  const latencies = new Map<string, number[]>();
  const throughput = new Map<string, number[]>();
  const contestants = clients.map((client) => {
    const waits: number[] = [];
    const rates: number[] = [];
    latencies.set(client.name, waits);
    throughput.set(client.name, rates);
    return {
      name: client.name,
      run: async () => {
        const start = performance.now();
        await scenario.run(client, load === 1 ? waits : undefined);
        rates.push(operations / (performance.now() - start));
      },
    };
  });
  const cpu: Laps = await race(contestants, { operations, rounds });
  return { scenario, cpu, throughput, latencies };
}
