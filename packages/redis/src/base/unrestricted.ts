import type { Link } from './link.js';
import type { ServerAddress } from './server-address.js';

/** The user who is there without anybody having made him. */
const DEFAULT = 'default';

/**
 * Whether a connection may do everything to every key, as far as the server tells: then no command can be refused for one
 * of its keys. Others than the default user are not asked about: who has to have a name may not ask, as a rule, and each
 * refusal is an entry in the server's `ACL LOG`.
 */
export async function isUnrestricted(
  link: Link,
  { username, password }: ServerAddress,
): Promise<boolean> {
  if (password !== undefined && (username ?? DEFAULT) !== DEFAULT) return false;
  const told = await link.send('ACL', ['GETUSER', DEFAULT]).catch(() => undefined);
  if (!Array.isArray(told)) return false;
  const rule = (name: string): unknown => told[told.indexOf(name) + 1];
  return rule('commands') === '+@all' && hasEveryKey(rule('keys'));
}

/** Redis 7 tells the patterns in a line, Redis 6 in a list. */
function hasEveryKey(keys: unknown): boolean {
  const patterns: unknown[] = Array.isArray(keys) ? keys : String(keys).split(' ');
  return patterns.includes('~*') || patterns.includes('*');
}
