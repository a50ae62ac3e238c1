import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the `redis-server` program is, or `undefined` if it is not on the PATH. */
export function findRedisServer(path: string = process.env.PATH ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, 'redis-server');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
