import { CONTESTANTS } from './contestants/all.js';
import type { Contestant } from './contestants/contestant.js';
import { OUTAGES, type Outage } from './outages.js';

/** What is to be run. */
export interface Options {
  readonly contestants: readonly Contestant[];
  readonly outages: readonly Outage[];
  /** Whether the tables go into the page about them, and the short one into the README. */
  readonly write: boolean;
}

/** How the command is called. */
export const USAGE = [
  'usage: rivals [--only PART-OF-A-NAME]… [--outage NAME]… [--write]',
  ...CONTESTANTS.map(({ name, about }) => `  ${name}: ${about}`),
  ...OUTAGES.map(({ name, about }) => `  --outage ${name}: ${about}`),
].join('\n');

/** Reads the command line; `undefined` if it cannot be read, or leaves nothing to run. */
export function readOptions(args: readonly string[]): Options | undefined {
  const only: string[] = [];
  const named: string[] = [];
  let write = false;
  const rest = args.filter((arg) => arg !== '--');
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--write') {
      write = true;
      continue;
    }
    const list = { '--only': only, '--outage': named }[arg];
    const value = rest.shift();
    if (list === undefined || value === undefined) return undefined;
    list.push(value);
  }
  const contestants = CONTESTANTS.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  const outages = OUTAGES.filter(({ name }) => named.length === 0 || named.includes(name));
  const isKnown = named.every((name) => OUTAGES.some((outage) => outage.name === name));
  if (contestants.length === 0 || !isKnown) return undefined;
  return { contestants, outages, write };
}
