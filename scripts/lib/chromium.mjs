import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { installFromDebian } from './debian.mjs';

export const howToGetChromium =
  'No Chromium on PATH, in which the dashboard of the demo is tested. Install one: `apt-get install chromium` (Debian), ' +
  '`brew install chromium` (macOS), or name one that is there: CHROMIUM=/path/to/chrome';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Whether there is a Chromium; on Debian as root it is installed if it is missing. */
export async function ensureChromium() {
  if (found()) return true;
  await installFromDebian('chromium');
  return found();
}

/** The same rule as that of the tests: apps/demo/test/web/find-chromium.ts. */
function found() {
  if (process.env.CHROMIUM) return isProgram(process.env.CHROMIUM);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => NAMES.some((name) => isProgram(path.join(folder, name))));
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
