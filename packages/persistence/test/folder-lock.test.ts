import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderLock } from '../src/folder-lock.js';
import { tempFolder } from './temp-folder.js';

function leave(folder: string, content: unknown): void {
  writeFileSync(path.join(folder, 'owner'), JSON.stringify(content));
}

describe('the lock of a folder', () => {
  it('is had by one at a time, and free after it', async () => {
    const folder = tempFolder();
    const lock = await FolderLock.take(folder);
    await expect(FolderLock.take(folder)).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringContaining(folder),
    });
    await lock.release();
    await (await FolderLock.take(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is kept by a living process, and taken over from one that was killed', async () => {
    const folder = tempFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void child.kill('SIGKILL'));
    leave(folder, { pid: child.pid, started: '' });
    await expect(FolderLock.take(folder)).rejects.toThrow(`process ${child.pid}`);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await (await FolderLock.take(folder)).release();
  });

  it('is taken over from a process that ended, and that its parent takes no notice of', async () => {
    const folder = tempFolder();
    // It ends when the shell, which would take notice, has become something else.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await vi.waitFor(() => expect(stat()).toContain(') Z '), { timeout: 10_000 });
    leave(folder, { pid, started: '' });
    await (await FolderLock.take(folder)).release();
  });

  it('is taken over from an earlier process that had the same number', async () => {
    const folder = tempFolder();
    leave(folder, { pid: process.pid, started: 'another boot/1' });
    await (await FolderLock.take(folder)).release();
  });

  it.each([['nothing'], ['{"pid":"1"}'], ['null']])(
    'is taken over if it says %j',
    async (content) => {
      const folder = tempFolder();
      writeFileSync(path.join(folder, 'owner'), content);
      await (await FolderLock.take(folder)).release();
    },
  );

  it('is taken over by one of many who try at once', async () => {
    const folder = tempFolder();
    for (let round = 0; round < 50; round++) {
      leave(folder, { pid: process.pid, started: 'another boot/1' });
      const all = await Promise.allSettled(
        Array.from({ length: 10 }, () => FolderLock.take(folder)),
      );
      const locks = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(locks.length).toBe(1);
      await locks[0]?.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from one that was killed while it took over', async () => {
    const folder = tempFolder();
    const dead = { pid: process.pid, started: 'another boot/1' };
    leave(folder, dead);
    const digest = createHash('sha256').update(JSON.stringify(dead)).digest('hex').slice(0, 16);
    writeFileSync(path.join(folder, `owner.${digest}`), JSON.stringify({ ...dead, token: 't' }));
    await (await FolderLock.take(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not released for somebody who took over', async () => {
    const folder = tempFolder();
    const lock = await FolderLock.take(folder);
    leave(folder, { pid: 1, started: '' });
    await lock.release();
    expect(existsSync(path.join(folder, 'owner'))).toBe(true);
    expect(readFileSync(path.join(folder, 'owner'), 'utf8')).toContain('"pid":1');
  });
});
