/** An action that makes no sense just now, in one sentence for the person who asked for it. */
export class ActionRefused extends Error {
  override readonly name = 'ActionRefused';
}
