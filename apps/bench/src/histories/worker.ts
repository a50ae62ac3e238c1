import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type Found,
  type Question,
  READY,
  type WorkerReport,
  type WorkerTask,
} from './protocol.js';

const PROGRAM = fileURLToPath(new URL('./worker-main.js', import.meta.url));

/** How long a worker may take to answer, milliseconds. */
const PATIENCE = 30_000;

/** A process of its own that uses a manager, and tells what it did. */
export class Worker {
  readonly #child: ChildProcess;
  #output = '';

  private constructor(task: WorkerTask, program: string) {
    this.#child = fork(program, [JSON.stringify(task)], {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = `${this.#output}${text}`.slice(-10_000);
      });
    }
  }

  /** Starts one, and waits until it has begun to work. */
  static async start(task: WorkerTask, program = PROGRAM): Promise<Worker> {
    const worker = new Worker(task, program);
    const said = await worker.#hear();
    if (said !== READY) throw new Error(`a worker said ${JSON.stringify(said)} first`);
    return worker;
  }

  /** {@link Question} `finish`. */
  async finish(): Promise<void> {
    await this.#ask({ ask: 'finish' });
  }

  /** {@link Question} `settled`. */
  async settled(): Promise<boolean> {
    return (await this.#ask({ ask: 'settled' })) as boolean;
  }

  /** {@link Question} `look`. */
  async look(keys: readonly string[]): Promise<Record<string, Found>> {
    return (await this.#ask({ ask: 'look', keys })) as Record<string, Found>;
  }

  /** {@link Question} `report`. */
  async report(): Promise<WorkerReport> {
    return (await this.#ask({ ask: 'report' })) as WorkerReport;
  }

  /** SIGSTOP. */
  stop(): void {
    this.#child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  cont(): void {
    this.#child.kill('SIGCONT');
  }

  /** SIGKILL. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  async #ask(question: Question): Promise<unknown> {
    const answer = this.#hear();
    this.#child.send(question);
    return answer;
  }

  async #hear(): Promise<unknown> {
    const end = new AbortController();
    const { signal } = end;
    const patience = setTimeout(() => end.abort(), PATIENCE);
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]) => message as unknown),
        once(this.#child, 'exit', { signal }).then(async ([code]) => {
          // What it said before its end may still be on its way.
          if (this.#child.connected) await once(this.#child, 'disconnect', { signal });
          throw new Error(`a worker ended with ${code}:\n${this.#output}`);
        }),
      ]);
    } catch (error) {
      if (!end.signal.aborted) throw error;
      throw new Error(`a worker did not answer within ${PATIENCE} ms:\n${this.#output}`);
    } finally {
      clearTimeout(patience);
      end.abort();
    }
  }
}
