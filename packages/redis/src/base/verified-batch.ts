import { verdictOfReply } from './classify-error.js';

/** What a {@link VerifiedBatch} tells. */
export interface BatchListener {
  /** Whether an error is an error reply of the server, and not the client's own. */
  readonly isReply: (error: Error) => boolean;
  /** A reply that can be believed; answers what the caller gets. */
  readonly onReply: (reply: unknown) => unknown;
  /** An error that can be believed, or that of the connection; throws what the caller gets. */
  readonly onError: (error: Error) => never;
  /** The question got another's answer: no reply of the connection can be believed. */
  readonly onWrong: () => void;
}

/** A command of our own, and who is to be told what comes back. */
export interface Question {
  readonly word: string;
  /** Its one argument, which is the answer. */
  readonly token: string;
  /** Takes the reply to it. */
  readonly answered: (reply: unknown) => void;
  /** Takes the error in place of a reply. */
  readonly failed: (error: Error) => void;
}

/** Nobody's value, so that no reply can be taken for the answer to a question. */
const NAME = crypto.randomUUID().slice(0, 8);
let questions = 0;

/**
 * Commands that leave together, and a question of our own behind them, whose answer is known. Replies say by nothing but
 * their order to which command they belong: one too many, and every caller is told what another one asked. So callers
 * get their replies when the question has been answered rightly. As a rule that is in the same packet, and nobody waits:
 * a client goes through a packet as a whole before what awaits a reply of it goes on.
 */
export class VerifiedBatch {
  readonly #listener: BatchListener;
  #isRight = false;
  #doubt: Error | undefined;
  #waiting: (() => void)[] = [];

  constructor(listener: BatchListener) {
    this.#listener = listener;
  }

  /** Takes the reply to one of its commands; what it answers, or resolves to, is the caller's. */
  readonly reply = (reply: unknown): unknown => {
    if (this.#isRight) return this.#listener.onReply(reply);
    return this.#verdict().then((doubt) =>
      doubt === undefined ? this.#listener.onReply(reply) : this.#listener.onError(doubt),
    );
  };

  /** Takes the error of one of its commands; throws the caller's, or rejects with it. */
  readonly error = (error: Error): unknown => {
    // What a client says of the connection is no reply, and that the server is in trouble is true in any case.
    const isCertain = !this.#listener.isReply(error) || verdictOfReply(error.message) !== undefined;
    if (isCertain || this.#isRight) return this.#listener.onError(error);
    return this.#verdict().then((doubt) => this.#listener.onError(doubt ?? error));
  };

  /** The question; it is to be sent behind the commands. */
  question(): Question {
    const token = newToken();
    return {
      word: 'PING',
      token,
      answered: (reply) => {
        if (String(reply) === token) this.#end();
        else this.#end(new Error('a question was answered by a reply to something else'), true);
      },
      failed: (error) => {
        if (!this.#listener.isReply(error)) this.#end(error);
        else if (isAboutPing(error)) this.#end();
        else this.#end(error, true);
      },
    };
  }

  #end(doubt?: Error, isWrong = false): void {
    this.#doubt = doubt;
    this.#isRight = doubt === undefined;
    if (isWrong) this.#listener.onWrong();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** Why its replies cannot be believed; `undefined` if they can. */
  async #verdict(): Promise<Error | undefined> {
    if (!this.#isRight && this.#doubt === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#doubt;
  }
}

/** An answer that nobody else gets. */
export function newToken(): string {
  return `${NAME}${++questions}`;
}

/** Whether an error answers the question itself: the server answers nothing at present, or not to this user. */
export function isAboutPing({ message }: Error): boolean {
  return verdictOfReply(message) !== undefined || /^NOPERM .*'ping'/i.test(message);
}
