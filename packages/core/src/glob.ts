/** Tells whether a key matches. */
export type Matcher = (key: string) => boolean;

const NOT_ASCII = /[\u0080-\uffff]/;
const STAR = 42;
const QUESTION = 63;
const OPEN = 91;
const CLOSE = 93;
const BACKSLASH = 92;
const CARET = 94;
const DASH = 45;

/**
 * Compiles a glob of Redis's: `*`, `?`, `[abc]`, `[^a-z]` and `\` to escape. Like Redis it compares bytes of UTF-8, so
 * that `?` is one byte; and only a bare `*` matches the empty key.
 *
 * @see {@link https://redis.io/docs/latest/commands/keys/ | KEYS}
 */
export function compileGlob(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const prefix = globPrefix(pattern);
  if (pattern === prefix) return (key) => key === pattern;
  if (pattern.length === prefix.length + 1 && pattern.endsWith('*')) {
    return (key) => key.startsWith(prefix);
  }
  const glob = toBytes(pattern);
  return (key) => matches(glob, toBytes(key));
}

/** The literal text that every match starts with. */
export function globPrefix(pattern: string): string {
  const special = pattern.search(/[*?[\\]/);
  return special === -1 ? pattern : pattern.slice(0, special);
}

/** A string with one character for each byte of UTF-8. */
function toBytes(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

function matches(glob: string, text: string): boolean {
  if (text.length === 0) return glob.length === 0;
  let g = 0;
  let t = 0;
  // Where to resume after a mismatch: behind the last star, with one more byte given to it.
  let starGlob = -1;
  let starText = 0;
  while (t < text.length) {
    if (g < glob.length && glob.charCodeAt(g) === STAR) {
      while (glob.charCodeAt(g) === STAR) g++;
      if (g === glob.length) return true;
      starGlob = g;
      starText = t;
      continue;
    }
    const next = g < glob.length ? matchOne(glob, g, text.charCodeAt(t)) : -1;
    if (next !== -1) {
      g = next;
      t++;
    } else if (starGlob !== -1) {
      g = starGlob;
      t = ++starText;
    } else {
      return false;
    }
  }
  while (g < glob.length && glob.charCodeAt(g) === STAR) g++;
  return g === glob.length;
}

/** Matches one byte against the element at `g`; answers the index behind the element, or -1. */
function matchOne(glob: string, g: number, byte: number): number {
  const code = glob.charCodeAt(g);
  if (code === QUESTION) return g + 1;
  if (code === OPEN) return matchClass(glob, g + 1, byte);
  if (code === BACKSLASH && g + 1 < glob.length) {
    return glob.charCodeAt(g + 1) === byte ? g + 2 : -1;
  }
  return code === byte ? g + 1 : -1;
}

/** A class; as in Redis one that is never closed ends with the pattern. */
function matchClass(glob: string, start: number, byte: number): number {
  let g = start;
  const negated = glob.charCodeAt(g) === CARET;
  if (negated) g++;
  let found = false;
  for (; g < glob.length && glob.charCodeAt(g) !== CLOSE; g++) {
    const code = glob.charCodeAt(g);
    if (code === BACKSLASH && g + 1 < glob.length) {
      g++;
      found ||= glob.charCodeAt(g) === byte;
    } else if (glob.charCodeAt(g + 1) === DASH && g + 2 < glob.length) {
      const start = signed(code);
      const end = signed(glob.charCodeAt(g + 2));
      const here = signed(byte);
      found ||= here >= Math.min(start, end) && here <= Math.max(start, end);
      g += 2;
    } else {
      found ||= code === byte;
    }
  }
  if (found === negated) return -1;
  return g < glob.length ? g + 1 : g;
}

/** Bytes from 128 on are negative in a range, as they are to Redis on most machines. */
function signed(byte: number): number {
  return byte < 128 ? byte : byte - 256;
}
