import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitFor } from '@cachefb/testkit';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Builds the demo with everything under it; quick when nothing has changed. */
export async function buildDemo(): Promise<void> {
  const turbo = fileURLToPath(new URL('../../../node_modules/.bin/turbo', import.meta.url));
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/demo...'];
  await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(`the demo could not be built:\n${error.stdout}`);
  });
}

/** A run of the demo, piped. */
export class DemoRun {
  output = '';
  readonly exitCode: Promise<number | null>;
  readonly #child;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#child = spawn(process.execPath, [main, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    // `close`, unlike `exit`, comes when nobody holds its output any more, not even a child of its own.
    this.exitCode = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Waits until it has printed something. */
  async printed(text: string): Promise<void> {
    await waitFor(() => this.output.includes(text), { timeout: 30_000, message: text });
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** The verdict of each row of its table. */
  get verdicts(): Record<string, string> {
    const rows = this.output.matchAll(/^ {2}(\S.*?) {2,}\S.* {2,}(ok|NOT OK)$/gm);
    return Object.fromEntries([...rows].map(([, what, verdict]) => [what, verdict]));
  }

  /** The processes of its redis-servers. */
  get serverPids(): number[] {
    return [...this.output.matchAll(/(?:process|kill -9) (\d+)/g)].map(([, pid]) => Number(pid));
  }
}
