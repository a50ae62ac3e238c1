import { RawRedis } from '@cachefb/testkit';
import type { RedisTarget } from '../cli/redis-target.js';
import { within } from './within.js';

/** Milliseconds for logging in. */
const PATIENCE = 3000;

/** A connection straight to somebody's own Redis, logged in, in its database. */
export async function openConnection(target: RedisTarget): Promise<RawRedis> {
  const { host, port, username, password, db } = target;
  const connection = await RawRedis.connect({ host, port });
  try {
    const login = username === '' ? [password] : [username, password];
    if (password !== '') await within(PATIENCE, 'AUTH', connection.call('AUTH', ...login));
    await within(PATIENCE, 'SELECT', connection.call('SELECT', db));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
