import { median } from '../harness/statistics.js';

type Measurement = () => Promise<number>;

/** What something costs, and what each of some others costs more: interleaved, the median of the differences of each round. */
export async function addedCosts(
  rounds: number,
  plain: Measurement,
  others: readonly Measurement[],
): Promise<[plain: number, added: number[]]> {
  const costs: number[] = [];
  const added = others.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const cost = await plain();
    costs.push(cost);
    for (const [index, other] of others.entries()) added[index]?.push((await other()) - cost);
  }
  return [median(costs), added.map(median)];
}

/** With its sign. */
export function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}
