/** Why the demo cannot go on, in one sentence for the person who started it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** What the process exits with. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
