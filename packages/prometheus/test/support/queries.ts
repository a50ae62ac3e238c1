import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What a query asks for. */
export interface Query {
  readonly text: string;
  /** Each metric with the labels that select its series, those that Prometheus adds left out. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** The labels by which series are grouped or matched. */
  readonly grouping: readonly string[];
}

const file = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** Every query of the Grafana dashboard. */
export function dashboardQueries(): Query[] {
  return stringsAt(JSON.parse(file('grafana/cachefb.json')), 'expr').map(readQuery);
}

/** Every query of the alert rules. */
export function alertQueries(): Query[] {
  return stringsAt(parse(file('alerts/cachefb.yml')), 'expr').map(readQuery);
}

function readQuery(text: string): Query {
  const grouping = [...text.matchAll(/\b(?:by|without|on|ignoring) ?\(([^)]*)\)/g)]
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
    // The buckets of a histogram have it.
    .filter((name) => name !== 'le');
  const metrics = [...text.matchAll(/\b(cachefb_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)\s*(?:=|!=|=~|!~)"/g)]
        .map(([, label = '']) => label)
        .filter((label) => label !== 'instance'),
    }),
  );
  return { text, metrics, grouping };
}

function stringsAt(node: unknown, name: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === name && typeof value === 'string' ? [value] : stringsAt(value, name),
  );
}
