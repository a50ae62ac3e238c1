import { SUBJECTS, type SubjectName } from './subjects.js';

/** What the command line asks of the fuzzer. */
export interface FuzzArguments {
  readonly commands: number;
  /** `undefined` for a fresh one. */
  readonly seed: number | undefined;
  /** What is compared with Redis. */
  readonly subject: SubjectName;
}

const COMMANDS = 1_000_000;

/** How the command is called. */
export const FUZZ_USAGE = `usage: fuzz [--commands ${COMMANDS}] [--seed N] [--subject ${Object.keys(SUBJECTS).join('|')}]`;

/** Reads `--name value`, with a blank or `=` between; `undefined` if that cannot be read. */
export function readFuzzArguments(args: readonly string[]): FuzzArguments | undefined {
  const words = args.filter((arg) => arg !== '--').flatMap((arg) => arg.split('='));
  let commands = COMMANDS;
  let seed: number | undefined;
  let subject: SubjectName = 'memory';
  for (let i = 0; i < words.length; i += 2) {
    const [name, value = ''] = words.slice(i, i + 2);
    if (name === '--subject') {
      if (!isSubject(value)) return undefined;
      subject = value;
      continue;
    }
    const number = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) return undefined;
    if (name === '--commands') commands = number;
    else if (name === '--seed') seed = number;
    else return undefined;
  }
  return { commands, seed, subject };
}

function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(SUBJECTS, name);
}
