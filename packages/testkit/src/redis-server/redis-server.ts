import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplyError } from '@cachefb/core';
import { freePort } from '../free-port.js';
import { RawRedis } from '../raw-redis/raw-redis.js';
import type { RawArgument, RawReply } from '../raw-redis/resp.js';
import { sleep } from '../wait-for.js';
import { findRedisServer } from './find-redis-server.js';
import { forgetFolder, forgetProcess, guardFolder, guardProcess } from './leftovers.js';

/** How a {@link RedisServer} is started. Every option is optional. */
export interface RedisServerOptions {
  /** A loopback port. @defaultValue a free one */
  port?: number;
  /** More arguments of `redis-server`: `['--maxmemory', '10mb']`. */
  args?: readonly string[];
  /** Whether data outlives {@link RedisServer.kill}. @defaultValue `true` */
  persistence?: boolean;
  /** Where data is kept. @defaultValue a temporary folder, removed by {@link RedisServer.close} */
  dir?: string;
  /** The program. @defaultValue `redis-server` on the PATH */
  program?: string;
  /** Milliseconds until it must answer. @defaultValue `10000` */
  startTimeout?: number;
}

/** How {@link RedisServer.restart} starts the server again. */
export interface RestartOptions {
  /** Come back without any data. @defaultValue `false` */
  empty?: boolean;
  /** Other arguments from now on. */
  args?: readonly string[];
  /**
   * When it resolves: `'ready'` once commands are answered, `'listening'` as soon as anything is, an error such as
   * `LOADING` included.
   *
   * @defaultValue `'ready'`
   */
  until?: 'ready' | 'listening';
}

const ATTEMPTS = 5;

/** A real Redis on a loopback port, for tests: to be killed, stopped, restarted with its data or without. */
export class RedisServer implements AsyncDisposable {
  /** Always `127.0.0.1`. */
  readonly host = '127.0.0.1';
  /** The same for life, over restarts. */
  readonly port: number;
  readonly #program: string;
  readonly #dir: string;
  readonly #ownsDir: boolean;
  readonly #persistence: boolean;
  readonly #startTimeout: number;
  #args: readonly string[];
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #output = '';
  #connection: RawRedis | undefined;
  #connecting: Promise<RawRedis> | undefined;

  private constructor(program: string, port: number, dir: string, options: RedisServerOptions) {
    this.#program = program;
    this.port = port;
    this.#dir = dir;
    this.#ownsDir = options.dir === undefined;
    this.#persistence = options.persistence ?? true;
    this.#startTimeout = options.startTimeout ?? 10_000;
    this.#args = options.args ?? [];
  }

  /** Starts a server and waits until it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const program = options.program ?? findRedisServer();
    if (program === undefined) {
      throw new Error(
        'redis-server was not found on the PATH: install Redis (apt-get install redis-server, brew install redis)',
      );
    }
    for (let attempt = 1; ; attempt++) {
      const port = options.port ?? (await freePort());
      const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'cachefb-redis-')));
      if (options.dir === undefined) guardFolder(dir);
      const server = new RedisServer(program, port, dir, options);
      try {
        await server.#spawn('ready');
        return server;
      } catch (error) {
        await server.close();
        // Somebody may have taken the free port in between.
        if (options.port !== undefined || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** `redis://127.0.0.1:PORT`. */
  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** The process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What the server printed since its start. */
  get output(): string {
    return this.#output;
  }

  /** Opens a connection of its own. */
  connect(): Promise<RawRedis> {
    return RawRedis.connect({ host: this.host, port: this.port });
  }

  /** One command through a connection that belongs to this object, reopened when it was lost. */
  async call(...args: RawArgument[]): Promise<RawReply> {
    const connection = this.#connection?.open ? this.#connection : await this.#reconnect();
    return connection.call(...args);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  /** SIGSTOP: connections stay open, nothing is answered. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** SIGCONT. */
  cont(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Starts the server again on its port, killing it before if it runs. */
  async restart({ empty = false, args, until = 'ready' }: RestartOptions = {}): Promise<void> {
    await this.kill();
    if (args !== undefined) this.#args = args;
    if (empty) await this.#wipe();
    await this.#spawn(until);
  }

  /** Kills the server and removes its temporary folder. Idempotent. */
  async close(): Promise<void> {
    await this.kill();
    this.#connection?.close();
    if (!this.#ownsDir) return;
    await rm(this.#dir, { recursive: true, force: true });
    forgetFolder(this.#dir);
  }

  /** {@link RedisServer.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #reconnect(): Promise<RawRedis> {
    this.#connecting ??= this.connect()
      .then((connection) => {
        this.#connection = connection;
        return connection;
      })
      .finally(() => {
        this.#connecting = undefined;
      });
    return this.#connecting;
  }

  async #spawn(until: 'ready' | 'listening'): Promise<void> {
    this.#output = '';
    const child = spawn(this.#program, this.#arguments(), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) guardProcess(pid);
    child.stdout.on('data', (text) => this.#keepOutput(text));
    child.stderr.on('data', (text) => this.#keepOutput(text));
    let ended: Error | undefined;
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => {
        ended = error;
        this.#child = undefined;
        resolve();
      });
      child.once('exit', (code, signal) => {
        ended ??= new Error(`it ended by ${signal ?? `exit code ${code}`}`);
        if (pid !== undefined) forgetProcess(pid);
        this.#child = undefined;
        resolve();
      });
    });
    const end = performance.now() + this.#startTimeout;
    while (!(await this.#answers(until))) {
      if (ended === undefined && performance.now() < end) continue;
      await this.kill();
      const why = ended?.message ?? `no answer within ${this.#startTimeout} ms`;
      throw new Error(`redis-server on port ${this.port}: ${why}\n${this.#output.trimEnd()}`, {
        cause: ended,
      });
    }
  }

  #arguments(): string[] {
    const fixed = { port: this.port, bind: this.host, dir: this.#dir, save: '', daemonize: 'no' };
    // A write goes to the kernel before its reply is sent, which is what a killed process needs.
    const kept = this.#persistence
      ? { appendonly: 'yes', appendfsync: 'no' }
      : { appendonly: 'no' };
    const all = Object.entries({ ...fixed, ...kept });
    return [...all.flatMap(([name, value]) => [`--${name}`, String(value)]), ...this.#args];
  }

  async #answers(until: 'ready' | 'listening'): Promise<boolean> {
    let connection: RawRedis | undefined;
    try {
      connection = await this.connect();
      // Another server on the same port would answer, too.
      const info = String(await connection.call('INFO', 'server'));
      if (/process_id:(\d+)/.exec(info)?.[1] !== String(this.pid)) return await pause();
      await connection.call('PING');
      return true;
    } catch (error) {
      if (!(error instanceof ReplyError)) return pause();
      return until === 'listening' || error.code !== 'LOADING' || pause();
    } finally {
      connection?.close();
    }
  }

  #keepOutput(text: unknown): void {
    this.#output = `${this.#output}${text}`.slice(-20_000);
  }

  async #wipe(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      await rm(join(this.#dir, name), { recursive: true, force: true });
    }
  }
}

async function pause(): Promise<false> {
  await sleep(5);
  return false;
}
