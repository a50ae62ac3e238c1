import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cipher } from '../src/cipher.js';
import { LmdbStore } from '../src/index.js';
import { contentOf } from './content-of.js';
import { tempFolder } from './temp-folder.js';

const SECRET = 'correct horse battery staple, or so';
const entry = { key: 'session:of-ada-lovelace', value: Buffer.from('the-text-of-the-session') };

async function writtenWith(options: { encryptionKey?: string }): Promise<string> {
  const folder = tempFolder();
  const store = new LmdbStore({ path: folder, ...options });
  await store.write([entry]);
  await store.close();
  return folder;
}

function onDisk(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(path.join(folder, name))));
}

describe('encryption', () => {
  it('leaves neither keys nor values readable on disk', async () => {
    const plain = onDisk(await writtenWith({}));
    expect(plain.includes(entry.key) && plain.includes(entry.value)).toBe(true);
    const encrypted = onDisk(await writtenWith({ encryptionKey: SECRET }));
    for (const text of ['ada-lovelace', 'text-of-the', SECRET]) {
      expect(encrypted.includes(text)).toBe(false);
    }
  });

  it.each([
    ['another key', SECRET, `${SECRET}!`, 'another encryptionKey'],
    ['no key', SECRET, undefined, 'is encrypted: pass'],
    ['a key where there was none', undefined, SECRET, 'is not encrypted'],
  ])('refuses %s with a clear error, and destroys nothing', async (_, first, second, says) => {
    const folder = await writtenWith(first === undefined ? {} : { encryptionKey: first });
    const wrong = new LmdbStore({ path: folder, encryptionKey: second });
    for (const call of [() => contentOf(wrong), () => wrong.write([entry]), () => wrong.clear()]) {
      await expect(call()).rejects.toMatchObject({
        code: 'STORE_KEY',
        message: expect.stringMatching(new RegExp(`${folder}.*${says}`)),
      });
    }
    await wrong.close();
    const right = new LmdbStore({ path: folder, encryptionKey: first });
    expect(await contentOf(right)).toEqual(new Map([[entry.key, entry.value]]));
    await right.close();
  });

  it('never uses a nonce twice, and reads nothing that was changed or moved', () => {
    const cipher = new Cipher(Buffer.from(SECRET), Buffer.alloc(32));
    const name = cipher.name('a');
    const sealed = Array.from({ length: 1000 }, () => cipher.seal(entry.value, name));
    expect(new Set(sealed.map((one) => one.toString('hex', 0, 12))).size).toBe(1000);
    const one = sealed[0] as Buffer;
    expect(cipher.open(one, name)).toEqual(entry.value);
    expect(cipher.open(one, cipher.name('b'))).toBe(undefined);
    expect(cipher.open(one.subarray(0, 20), name)).toBe(undefined);
    for (let at = 0; at < one.length; at++) {
      const changed = Buffer.from(one);
      changed[at]! ^= 1;
      expect(cipher.open(changed, name)).toBe(undefined);
    }
  });
});
