// npm run build: installs and builds every package and app into its dist folder.
import { runOrExit } from './lib/run.mjs';
import { buildArgs, prepare } from './lib/toolchain.mjs';

const env = await prepare();
await runOrExit('turbo', buildArgs(), { env });
