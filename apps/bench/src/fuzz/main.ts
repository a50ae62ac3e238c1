import { DivergenceError, fuzz, RedisServer, rawSide } from '@cachefb/testkit';
import { FUZZ_USAGE, type FuzzArguments, readFuzzArguments } from './options.js';
import { SUBJECTS } from './subjects.js';

const args = readFuzzArguments(process.argv.slice(2));
if (args === undefined) {
  console.error(FUZZ_USAGE);
  process.exitCode = 2;
} else {
  await main(args);
}

/** Compares a cache with a real Redis, command by command. */
async function main({ commands, seed, subject: name }: FuzzArguments): Promise<void> {
  // One reply in seven is an error, which is not looked at for its stack.
  Error.stackTraceLimit = 0;
  await using server = await RedisServer.start({ persistence: false });
  const subject = await SUBJECTS[name]();
  const start = performance.now();
  let shown = 0;
  try {
    const report = await fuzz({
      subject: subject.side,
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
      `${name}: ${report.commands.toLocaleString('en')} commands in ${report.scripts} scripts, ${seconds} s, seed ${report.seed}: no divergence from Redis`,
    );
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    console.error(
      `${error.message}\n\nagain: --subject ${name} --seed ${error.seed} --commands ${commands}`,
    );
    process.exitCode = 1;
  } finally {
    await subject.end();
  }
}
