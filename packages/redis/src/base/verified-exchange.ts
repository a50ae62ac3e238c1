import { verdictOfReply } from './classify-error.js';
import type { OutcomesListener, Request } from './link.js';

/** What a {@link VerifiedExchange} works with. */
export interface ExchangeListener {
  /** Whether an error is an error reply of the server, and not the client's own. */
  readonly isReply: (error: Error) => boolean;
  /** The error that a caller gets for one that the client raised. */
  readonly toError: (error: Error) => Error;
  /** The question got another's answer: no reply of the connection can be believed. */
  readonly onWrong: () => void;
}

/** Nobody's value, so that no reply can be taken for the answer to a question. */
const NAME = crypto.randomUUID().slice(0, 8);
let questions = 0;

/**
 * Commands that leave together, and a question of our own behind them, whose answer is known. Replies say by nothing but
 * their order to which command they belong: one too many, and every caller is told what another one asked. So what comes
 * back is taken in order, and told when the question has been answered rightly. As a rule that is in the same packet.
 */
export class VerifiedExchange {
  /** What is sent: the commands, and the question behind them. */
  readonly requests: readonly Request[];
  readonly #count: number;
  readonly #token = `${NAME}${++questions}`;
  readonly #outcomes: unknown[] = [];
  readonly #onOutcomes: OutcomesListener;
  readonly #listener: ExchangeListener;
  #hasErrors = false;

  constructor(
    commands: readonly Request[],
    onOutcomes: OutcomesListener,
    listener: ExchangeListener,
  ) {
    this.#count = commands.length;
    this.requests = [...commands, { name: 'ping', args: [this.#token] }];
    this.#onOutcomes = onOutcomes;
    this.#listener = listener;
  }

  /** Takes the next reply, or the error in its place. */
  readonly take = (outcome: unknown): void => {
    if (this.#outcomes.length < this.#count) {
      this.#hasErrors ||= outcome instanceof Error;
      this.#outcomes.push(outcome);
    } else this.#end(outcome);
  };

  #end(answer: unknown): void {
    const doubt = this.#doubtOf(answer);
    if (doubt !== undefined || this.#hasErrors) {
      for (const [index, outcome] of this.#outcomes.entries()) {
        this.#outcomes[index] = this.#believed(outcome, doubt);
      }
    }
    this.#onOutcomes(this.#outcomes);
  }

  /** Why the replies cannot be believed; `undefined` if they can. */
  #doubtOf(answer: unknown): Error | undefined {
    if (!(answer instanceof Error)) {
      if (String(answer) === this.#token) return undefined;
    } else if (!this.#listener.isReply(answer)) {
      return answer;
    } else if (isAboutPing(answer)) {
      return undefined;
    }
    this.#listener.onWrong();
    return new Error('a question was answered by a reply to something else');
  }

  #believed(outcome: unknown, doubt: Error | undefined): unknown {
    const { toError, isReply } = this.#listener;
    if (!(outcome instanceof Error)) return doubt === undefined ? outcome : toError(doubt);
    // What a client says of the connection is no reply, and that the server is in trouble is true in any case.
    const isCertain =
      doubt === undefined || !isReply(outcome) || verdictOfReply(outcome.message) !== undefined;
    return toError(isCertain ? outcome : doubt);
  }
}

/** Whether an error answers the question itself: the server answers nothing at present, or not to this user. */
function isAboutPing({ message }: Error): boolean {
  return verdictOfReply(message) !== undefined || /^NOPERM .*'ping'/i.test(message);
}
