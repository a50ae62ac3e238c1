// Taken out once: where some class extends String, as one of ioredis does, V8 looks the methods of strings up anew at
// every call, which makes the hottest paths twice as slow.
const { isWellFormed: test, toWellFormed: mend } = String.prototype;

/** Whether a text has no lone surrogates. */
export function isWellFormed(text: string): boolean {
  return test.call(text);
}

/** The text as it will be in UTF-8, where a lone surrogate becomes U+FFFD. */
export function toWellFormed(text: string): string {
  return test.call(text) ? text : mend.call(text);
}
