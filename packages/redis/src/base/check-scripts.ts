import { ReplyError } from '@cachefb/core';
import type { Link } from './link.js';
import { defineScript } from './run-script.js';
import type { Warn } from './warn-once.js';

const HARMLESS = defineScript('return 1');

/**
 * Warns where this user may not run scripts, or not on our own keys: without them nothing can be brought back, which nobody
 * should have to learn from an outage. Any other answer is another's matter.
 *
 * @param key - one of our own.
 */
export async function checkScripts(link: Link, key: string, warn: Warn): Promise<void> {
  const asked = [
    link.send('EVALSHA', [HARMLESS.sha, '1', key]),
    link.send('EVAL', [HARMLESS.lua, '1', key]),
  ];
  for (const answer of await Promise.allSettled(asked)) {
    if (answer.status === 'fulfilled' || !isRefusal(answer.reason)) continue;
    const { message } = answer.reason;
    warn(
      'Redis lets this user run no scripts: what changes in an outage will not be brought back',
      {
        address: link.address,
        error: message,
      },
    );
  }
}

function isRefusal(error: unknown): error is ReplyError {
  return error instanceof ReplyError && /^(NOPERM|ERR unknown command)/.test(error.message);
}
