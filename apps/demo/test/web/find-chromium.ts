import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser that the tests use: that of `CHROMIUM`, else the first on the PATH. Throws if there is none. */
export function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv = process.env): string {
  const named = CHROMIUM === undefined || CHROMIUM === '' ? undefined : CHROMIUM;
  const files =
    named === undefined
      ? PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
      : [named];
  const file = files.find(isProgram);
  if (file !== undefined) return file;
  throw new Error(
    named === undefined
      ? 'Chromium was not found on the PATH: install it (apt-get install chromium), or name it by CHROMIUM=/path/to/chrome'
      : `CHROMIUM is no program: ${named}`,
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
