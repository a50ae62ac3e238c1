import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './orders.js';
import type { Player, PlayReport } from './player.js';

const PROGRAM = fileURLToPath(new URL('./child.js', import.meta.url));
/** The longest that any order takes, milliseconds. */
const PATIENCE = 20_000;

/** A contestant in a process of its own: what goes wrong there ends nothing else. */
export class ChildPlayer implements Player {
  readonly #child: ChildProcess;

  private constructor(name: string, port: number) {
    // Nothing that it prints is of interest.
    this.#child = fork(PROGRAM, [name, String(port)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** Starts the process of a contestant whose Redis is at a loopback port. */
  static async start(name: string, port: number): Promise<ChildPlayer> {
    const player = new ChildPlayer(name, port);
    await player.#hear('ready');
    return player;
  }

  async begin(): Promise<void> {
    await this.#order('begin');
  }

  async away(): Promise<void> {
    await this.#order('away');
  }

  async share(): Promise<void> {
    await this.#order('share');
  }

  async back(): Promise<void> {
    await this.#order('back');
  }

  async finish(): Promise<PlayReport> {
    return (await this.#order('finish')) as PlayReport;
  }

  /** Without any Redis: how long a first `set` takes, milliseconds; `undefined` if longer than `patience`. */
  async firstSet(patience: number): Promise<number | undefined> {
    return (await this.#order('first-set', patience).catch(() => undefined)) as number | undefined;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill('SIGKILL');
    await exit;
  }

  async #order(order: Order, patience = PATIENCE): Promise<unknown> {
    if (!this.#child.connected) throw new Error('the process has ended');
    this.#child.send(order);
    return this.#hear(order, patience);
  }

  #hear(expected: Order | 'ready', patience = PATIENCE): Promise<unknown> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(`no answer within ${patience} ms`), patience);
      const onMessage = (answer: Answer) => {
        if ('crash' in answer) end(answer.crash);
        else if (answer.done === expected) end(undefined, answer.value);
      };
      const onExit = (code: number | null) => end(`exit code ${code}`);
      const end = (failure: string | undefined, value?: unknown) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        if (failure === undefined) resolve(value);
        else reject(new Error(failure));
      };
      child.on('message', onMessage).once('exit', onExit);
    });
  }
}
