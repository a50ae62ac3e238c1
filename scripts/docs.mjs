// npm run docs: installs, and writes the documentation site to docs/api. It fails where a link leads nowhere.
import path from 'node:path';
import { root } from './lib/repo.mjs';
import { runOrExit } from './lib/run.mjs';
import { deadSiteLinks } from './lib/site-links.mjs';
import { prepare } from './lib/toolchain.mjs';

const env = await prepare();
await runOrExit('typedoc', [], { env });
const dead = deadSiteLinks(path.join(root, 'docs', 'api'));
for (const link of dead) console.error(link);
if (dead.length > 0) process.exitCode = 1;
else console.log('Open docs/api/index.html');
