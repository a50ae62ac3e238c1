import { Command } from 'ioredis';
import { verdictOfReply } from './classify-error.js';

/** A reply that waits, or the error that came as one, and how its command takes either. */
interface Held {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly reply: unknown;
  readonly error: Error | undefined;
}

/** Nobody's value, so that no reply can be taken for the answer to a question. */
const NAME = crypto.randomUUID().slice(0, 8);
let questions = 0;

/**
 * Commands that leave together, and a question of our own behind them, whose answer is known. Replies say by nothing but
 * their order to which command they belong: one too many, and every caller is told what another one asked. So replies
 * are held until the question has been answered rightly, which as a rule is in the same packet.
 */
export class VerifiedBatch {
  readonly #onWrong: () => void;
  readonly #held: Held[] = [];

  /** @param onWrong - called when the question got another's answer: no reply of the connection can be believed. */
  constructor(onWrong: () => void) {
    this.#onWrong = onWrong;
  }

  /** Has a command's reply wait for the verdict. */
  add(command: Command): void {
    const { resolve, reject } = command;
    command.resolve = (reply) => void this.#held.push({ resolve, reject, reply, error: undefined });
    command.reject = (error) => {
      // What a client says of the connection is no reply, and is true at once.
      if (error.name === 'ReplyError')
        this.#held.push({ resolve, reject, reply: undefined, error });
      else reject(error);
    };
  }

  /** The question; it is to be sent behind the commands. */
  question(): Command {
    const token = `${NAME}${++questions}`;
    const question = new Command('PING', [token]);
    question.resolve = (reply) => {
      if (String(reply) === token) this.#deliver();
      else this.#doubt(new Error(`${reply} came in answer to a question about ${token}`));
    };
    question.reject = (error) => {
      if (error.name !== 'ReplyError') this.#abandon(error);
      else if (isAboutPing(error)) this.#deliver();
      else this.#doubt(error);
    };
    return question;
  }

  #deliver(): void {
    for (const { resolve, reject, reply, error } of this.#held) {
      if (error === undefined) resolve(reply);
      else reject(error);
    }
  }

  #doubt(error: Error): void {
    this.#onWrong();
    this.#abandon(error);
  }

  /** Nobody can tell any more whose replies these are; that the server is in trouble is true in any case. */
  #abandon(error: Error): void {
    for (const { reject, error: own } of this.#held) {
      reject(own !== undefined && verdictOfReply(own.message) !== undefined ? own : error);
    }
  }
}

/** Whether an error answers the question itself: the server answers nothing at present, or not to this user. */
function isAboutPing({ message }: Error): boolean {
  return verdictOfReply(message) !== undefined || /^NOPERM .*'ping'/i.test(message);
}
