import { InMemoryCache } from '@cachefb/memory';
import { cacheSide, DivergenceError, fuzz, RedisServer, rawSide } from '@cachefb/testkit';
import { FUZZ_USAGE, readFuzzArguments } from './options.js';

const args = readFuzzArguments(process.argv.slice(2));
if (args === undefined) {
  console.error(FUZZ_USAGE);
  process.exitCode = 2;
} else {
  await main(args.commands, args.seed);
}

/** Compares the in-memory cache with a real Redis, command by command. */
async function main(commands: number, seed: number | undefined): Promise<void> {
  // One reply in seven is an error, which is not looked at for its stack.
  Error.stackTraceLimit = 0;
  await using server = await RedisServer.start({ persistence: false });
  const start = performance.now();
  let shown = 0;
  try {
    const report = await fuzz({
      subject: cacheSide(new InMemoryCache({ evictionPolicy: 'none' })),
      reference: rawSide(await server.connect()),
      commands,
      ...(seed === undefined ? {} : { seed }),
      onProgress: (done) => {
        if (done < shown + 100_000) return;
        shown = done - (done % 100_000);
        console.log(`${shown.toLocaleString('en')} commands, no divergence`);
      },
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${report.commands.toLocaleString('en')} commands in ${report.scripts} scripts, ${seconds} s, seed ${report.seed}: no divergence from Redis`,
    );
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    console.error(`${error.message}\n\nagain: --seed ${error.seed} --commands ${commands}`);
    process.exitCode = 1;
  }
}
