// npm run docs: installs, and writes the documentation site to docs/api.
import { runOrExit } from './lib/run.mjs';
import { prepare } from './lib/toolchain.mjs';

const env = await prepare();
await runOrExit('typedoc', [], { env });
console.log('Open docs/api/index.html');
