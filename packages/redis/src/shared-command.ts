import { Command, type Redis } from 'ioredis';
import type { Request } from './base/link.js';
import { kindOf } from './ioredis-errors.js';
import { textOfReply } from './reply-text.js';

type PipelineStream = Extract<Parameters<Redis['sendCommand']>[1], { isPipeline: true }>;

/** Commands that were sent together, and who takes what becomes of them. */
interface Sent {
  readonly requests: readonly Request[];
  readonly take: (outcome: unknown) => void;
  taken: number;
}

/**
 * Stands in ioredis's queue for every command of a connection, as often as there are replies to come: they come in the
 * order of the commands, so that it is known whose each one is. It writes nothing; who sends it writes by himself. So a
 * command costs neither an object nor a promise here.
 */
export class SharedCommand extends Command {
  readonly #redis: Redis;
  readonly #nowhere: PipelineStream;
  /** What waits for replies, in the order of sending. */
  readonly #sent: Sent[] = [];
  /** What is being sent, if it is: an error raised meanwhile is about that. */
  #sending: Sent | undefined;

  constructor(redis: Redis) {
    super('ping');
    this.#redis = redis;
    this.#nowhere = { isPipeline: true, destination: { redis }, write: () => {} };
    this.isTraced = true;
    this.resolve = (reply: unknown) => this.#pass(this.#sent[0], textOfReply(reply));
    this.reject = (error: Error) => this.#failed(error);
  }

  /** Has ioredis wait for the replies to commands, which are to be written right after. */
  send(requests: readonly Request[], take: (outcome: unknown) => void): void {
    const sent = { requests, take, taken: 0 };
    this.#sent.push(sent);
    this.#sending = sent;
    for (let i = requests.length; i > 0; i--) this.#redis.sendCommand(this, this.#nowhere);
    this.#sending = undefined;
  }

  override setReplyContext(): void {}

  override toWritable(): string {
    return '';
  }

  #failed(error: Error): void {
    if (kindOf(error) === 'reply') {
      this.#pass(this.#sent[0], error);
      return;
    }
    // ioredis rejects commands first, and tells then why the connection ended.
    const sending = this.#sending;
    queueMicrotask(() => this.#pass(sending ?? this.#sent[0], error));
  }

  #pass(sent: Sent | undefined, outcome: unknown): void {
    if (sent === undefined) return;
    const request = sent.requests[sent.taken++];
    if (outcome instanceof Error) Object.assign(outcome, { command: request });
    if (sent.taken === sent.requests.length) {
      if (sent === this.#sent[0]) this.#sent.shift();
      else this.#sent.splice(this.#sent.indexOf(sent), 1);
    }
    sent.take(outcome);
  }
}
