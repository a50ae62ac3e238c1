import type { Link } from './link.js';

/** Marks in one command at most. */
const BATCH = 1000;

/**
 * Deletes marks. As long as a copy of what they mark may still be on its way to the server, on a connection that could not
 * be killed there, they live on until that copy would be refused for being late.
 *
 * @param settled - whether no such copy can be on its way.
 * @param timeout - how long a copy is accepted, milliseconds.
 */
export async function forgetMarks(
  link: Link,
  marks: readonly string[],
  settled: boolean,
  timeout: number,
): Promise<void> {
  if (!settled) {
    const ttl = String(2 * timeout);
    await Promise.all(marks.map((mark) => link.send('PEXPIRE', [mark, ttl])));
    return;
  }
  const deletions: Promise<unknown>[] = [];
  for (let i = 0; i < marks.length; i += BATCH) {
    deletions.push(link.send('DEL', marks.slice(i, i + BATCH)));
  }
  await Promise.all(deletions);
}
