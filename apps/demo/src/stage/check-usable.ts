import { ReplyError } from '@cachefb/core';
import type { RawRedis } from '@cachefb/testkit';
import type { RedisTarget } from '../cli/redis-target.js';
import { Refusal } from '../cli/refusal.js';
import { openConnection } from './open-connection.js';
import { within } from './within.js';

/** Makes sure that the demo can work with a Redis; answers its version. Throws a {@link Refusal}. */
export async function checkUsable(target: RedisTarget): Promise<string> {
  const where = `${target.host}:${target.port}`;
  const connection = await openConnection(target).catch((error: unknown) => {
    if (error instanceof ReplyError) {
      throw new Refusal(`Redis at ${where} does not let the demo in: ${error.message}.`);
    }
    throw new Refusal(`No Redis can be reached at ${where}: ${reason(error)}.`);
  });
  try {
    return await within(3000, 'INFO', look(connection, where));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`Redis at ${where} is of no use to the demo: ${reason(error)}.`);
  } finally {
    connection.close();
  }
}

async function look(connection: RawRedis, where: string): Promise<string> {
  const info = String(await connection.call('INFO'));
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  if (field('cluster_enabled') === '1') {
    throw new Refusal(`Redis at ${where} is part of a cluster; the demo needs a single server.`);
  }
  if (field('role') === 'slave') {
    throw new Refusal(`Redis at ${where} is a replica; the demo has to write to it.`);
  }
  return field('redis_version') ?? '';
}

function reason(error: unknown): string {
  // An address with several families fails with one error for each.
  if (error instanceof AggregateError) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
