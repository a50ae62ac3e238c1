/** What the command line asks of the fuzzer. */
export interface FuzzArguments {
  readonly commands: number;
  /** `undefined` for a fresh one. */
  readonly seed: number | undefined;
}

const COMMANDS = 1_000_000;

/** How the command is called. */
export const FUZZ_USAGE = `usage: fuzz [--commands ${COMMANDS}] [--seed N]`;

/** Reads `--commands N` and `--seed N`, with a blank or `=` between; `undefined` if they cannot be read. */
export function readFuzzArguments(args: readonly string[]): FuzzArguments | undefined {
  const words = args.filter((arg) => arg !== '--').flatMap((arg) => arg.split('='));
  let commands = COMMANDS;
  let seed: number | undefined;
  for (let i = 0; i < words.length; i += 2) {
    const number = Number(words[i + 1]);
    if (!Number.isSafeInteger(number) || number < 0) return undefined;
    if (words[i] === '--commands') commands = number;
    else if (words[i] === '--seed') seed = number;
    else return undefined;
  }
  return { commands, seed };
}
