import type { IncomingMessage } from 'node:http';
import { type Action, DELAYS, LOADS } from './protocol.js';

/** Bytes; no action is longer. */
const LONGEST = 1000;
const PLAIN = ['kill', 'freeze', 'resume', 'cut', 'reconnect'] as const;

/** A request that asks for nothing that there is. */
export class BadAction extends Error {
  override readonly name = 'BadAction';
}

/** Reads the action that a request asks for. Throws a {@link BadAction}. */
export async function readAction(request: IncomingMessage): Promise<Action> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST) throw new BadAction(`an action has at most ${LONGEST} bytes`);
    chunks.push(chunk);
  }
  return parseAction(Buffer.concat(chunks).toString('utf8'));
}

/** Throws a {@link BadAction}. */
export function parseAction(text: string): Action {
  const asked = parse(text);
  for (const plain of PLAIN) if (asked.do === plain) return { do: plain };
  if (asked.do === 'restart') {
    if (typeof asked.empty !== 'boolean') throw new BadAction('restart: empty is true or false');
    return { do: 'restart', empty: asked.empty };
  }
  if (asked.do === 'slow') return { do: 'slow', ms: oneOf('slow: ms', DELAYS, asked.ms) };
  if (asked.do === 'load') return { do: 'load', level: oneOf('load: level', LOADS, asked.level) };
  const known = [...PLAIN, 'restart', 'slow', 'load'].join(', ');
  throw new BadAction(`do is one of ${known}, not ${JSON.stringify(asked.do)}`);
}

function parse(text: string): Record<string, unknown> {
  try {
    const asked: unknown = JSON.parse(text);
    if (typeof asked === 'object' && asked !== null) return asked as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadAction('an action is a JSON object');
}

function oneOf<T>(what: string, values: readonly T[], value: unknown): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new BadAction(`${what} is one of ${values.join(', ')}, not ${JSON.stringify(value)}`);
}
