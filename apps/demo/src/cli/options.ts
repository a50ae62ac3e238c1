import { parseArgs } from 'node:util';
import { parseRedisTarget, type RedisTarget } from './redis-target.js';
import { Refusal } from './refusal.js';

/** What was asked for on the command line. */
export interface Options {
  readonly help: boolean;
  /** One's own Redis, in place of a redis-server of the demo's. */
  readonly redis: RedisTarget | undefined;
  /** Shorter scenes. */
  readonly fast: boolean;
  /** Change some keys before the comparison, which must then fail. */
  readonly tamper: boolean;
  /** Not the story, but a page in the browser. */
  readonly web: boolean;
}

/** Reads the command line. Throws a {@link Refusal}: exit code 2 for its form, 1 for a URL that is of no use. */
export function readOptions(args: readonly string[]): Options {
  const { help, redis, fast, tamper, web } = parse(args);
  if (web && (redis !== undefined || fast || tamper)) {
    throw new Refusal('--web goes with no other option. See --help.', 2);
  }
  return {
    help,
    redis: redis === undefined ? undefined : parseRedisTarget(redis),
    fast,
    tamper,
    web,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        redis: { type: 'string' },
        fast: { type: 'boolean', default: false },
        tamper: { type: 'boolean', default: false },
        web: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    // The first sentence tells what is wrong; the others are about quoting dashes.
    const [what] = (error as Error).message.split(/\. |\n/);
    throw new Refusal(`${what}. See --help.`, 2);
  }
}
