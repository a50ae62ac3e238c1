import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Question, Said, Takings, TillTask } from './protocol.js';

const PROGRAM = fileURLToPath(new URL('./till-main.js', import.meta.url));

/** How long a till may take to open, or to answer, milliseconds. */
const PATIENCE = 30_000;

/** A till: a process of its own. */
export class Till {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Who answered when it opened. */
  provider = '';

  private constructor(task: TillTask) {
    this.#child = fork(PROGRAM, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit');
  }

  /** Opens one; `onLoading` is told how much of what an earlier one left is there. */
  static async open(
    task: TillTask,
    onLoading: (done: number, total: number) => void,
  ): Promise<Till> {
    const till = new Till(task);
    const open = await till.#hear((said) => {
      if (said.say === 'loading') onLoading(said.done, said.total);
      return said.say === 'open' ? said : undefined;
    });
    till.provider = open.provider;
    return till;
  }

  /** The number of its process. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sells so many baskets; resolves when every one is acknowledged. */
  async sell(baskets: number): Promise<void> {
    await this.#ask({ ask: 'sell', baskets });
  }

  /** Takes away what was given back. */
  async refund(): Promise<void> {
    await this.#ask({ ask: 'refund' });
  }

  /** What it knows. */
  async look(): Promise<Takings> {
    return (await this.#ask({ ask: 'look' })) as Takings;
  }

  /** Whether everything is brought back. */
  async isSettled(): Promise<boolean> {
    return (await this.#ask({ ask: 'settled' })) as boolean;
  }

  /** Closes it in peace. */
  async close(): Promise<void> {
    await this.#ask({ ask: 'close' });
    await this.kill();
  }

  /** `kill -9`. Idempotent. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #ask(question: Question): Promise<Takings | boolean> {
    const answer = this.#hear((said) => (said.say === 'answer' ? said : undefined));
    this.#child.send(question);
    return answer.then((said) => said.answer);
  }

  #hear<T>(pick: (said: Said) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (error: Error | undefined, heard?: T) => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        if (error === undefined) resolve(heard as T);
        else reject(error);
      };
      const onMessage = (said: Said) => {
        const heard = pick(said);
        if (heard !== undefined) finish(undefined, heard);
      };
      const onExit = () => finish(new Error('the till has ended by itself'));
      const timer = setTimeout(() => finish(new Error('the till says nothing')), PATIENCE);
      this.#child.on('message', onMessage).on('exit', onExit);
    });
  }
}
