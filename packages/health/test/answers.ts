import type { BackendStatus } from '@cachefb/core';

interface Question {
  readonly resolve: (status: BackendStatus) => void;
  readonly reject: (reason: unknown) => void;
}

/** A backend to be probed: hangs until a test says what it answers, to what was asked and to what will be. */
export class Answers {
  /** How often it was asked. */
  asked = 0;
  /** The most questions that were open at one time. */
  mostOpen = 0;
  readonly #open = new Set<Question>();
  #standing: ((question: Question) => void) | undefined;

  /** Handed to a monitor as its probe. */
  readonly ask = (): Promise<BackendStatus> =>
    new Promise((resolve, reject) => {
      this.asked++;
      const question = { resolve, reject };
      if (this.#standing) this.#standing(question);
      else this.#open.add(question);
      this.mostOpen = Math.max(this.mostOpen, this.#open.size);
    });

  say(status: BackendStatus): void {
    this.#from((question) => question.resolve(status));
  }

  fail(reason: unknown): void {
    this.#from((question) => question.reject(reason));
  }

  hang(): void {
    this.#standing = undefined;
  }

  #from(answer: (question: Question) => void): void {
    this.#standing = answer;
    for (const question of this.#open) answer(question);
    this.#open.clear();
  }
}
