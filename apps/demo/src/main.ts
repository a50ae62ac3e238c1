import { findRedisServer } from '@cachefb/testkit';
import { help } from './cli/help.js';
import { Interruption } from './cli/interruption.js';
import { type Options, readOptions } from './cli/options.js';
import { Refusal } from './cli/refusal.js';
import { createScreen, type Screen } from './screen/screen.js';
import { BorrowedServer } from './stage/borrowed-server.js';
import { OwnServer } from './stage/own-server.js';
import type { Stage } from './stage/stage.js';
import { FAST, NORMAL } from './story/pace.js';
import { tellStory } from './story/story.js';
import { tellWithoutRedis } from './story/without-redis.js';
import { runWeb } from './web/run-web.js';

const interruption = new Interruption();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error);
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  if (options.web) {
    await runWeb(interruption.signal, (line) => process.stdout.write(`${line}\n`));
    return 0;
  }
  const screen = createScreen(process.stdout);
  const kept = await tell(screen, options);
  screen.line(
    kept
      ? screen.paint('good', '  Every promise was kept.')
      : screen.paint('bad', '  Not every promise was kept.'),
  );
  return kept ? 0 : 1;
}

async function tell(screen: Screen, options: Options): Promise<boolean> {
  const pace = options.fast ? FAST : NORMAL;
  const { signal } = interruption;
  const stage = await openStage(options);
  if (stage === undefined) return tellWithoutRedis(screen, pace, signal);
  return tellStory({ screen, stage, pace, tamper: options.tamper, signal });
}

/** The Redis that was named, or one of our own; `undefined` if there is none to be had. */
async function openStage({ redis }: Options): Promise<Stage | undefined> {
  if (redis !== undefined) return BorrowedServer.reach(redis);
  const program = findRedisServer();
  return program === undefined ? undefined : OwnServer.start(program);
}

/** Says why it did not go on; answers the exit code. */
function explain(error: unknown): number {
  if (interruption.signal.aborted) {
    process.stderr.write('\nInterrupted. Everything is cleaned up.\n');
    return interruption.exitCode;
  }
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return 1;
}
