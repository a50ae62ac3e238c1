/** The root of every error that cachefb raises on purpose. */
export class CacheError extends Error {
  override readonly name: string = 'CacheError';
  /** A stable word to branch on, such as `'UNAVAILABLE'`; messages may change, codes do not. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
