import { createHash } from 'node:crypto';
import { isNoScript } from './classify-error.js';
import type { Link } from './link.js';

/** A Lua script and the name under which a server remembers it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** Makes a {@link Script} of its text. */
export function defineScript(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Runs a script by its name, and sends it whole only where the server does not know it. */
export async function runScript(
  link: Link,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const words = [script.sha, String(keys.length), ...keys, ...args];
  try {
    return await link.send('EVALSHA', words);
  } catch (error) {
    if (!isNoScript(error)) throw error;
    return link.send('EVAL', [script.lua, ...words.slice(1)]);
  }
}
