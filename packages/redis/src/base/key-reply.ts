import { ABSENT, type KeyState } from '@cachefb/core';
import type { ServerClock } from './server-clock.js';

/** What the scripts answer for a key: its type, instant of expiry and content. */
export type KeyReply = readonly [type: string, deadline?: number, content?: string | string[]];

/** The state of a key out of a script's answer. */
export function toKeyState([type, at, content]: KeyReply, clock: ServerClock): KeyState {
  if (type === 'none') return ABSENT;
  const deadline = at === undefined || at < 0 ? null : clock.toLocal(at);
  if (type === 'string') return { type, value: content as string, deadline };
  if (type === 'hash') return { type, fields: toMap(content as string[]), deadline };
  return { type: 'other', name: type, deadline };
}

function toMap(pairs: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i] as string, pairs[i + 1] as string);
  return map;
}
