import fc from 'fast-check';
import { literal, refused, type Word, word } from './word.js';

const MAX = '9223372036854775807';
const MIN = '-9223372036854775808';

/** Few names, so that calls meet: some plain, some dangerous. */
const KEYS = [
  'a',
  'b',
  'c',
  'd',
  'key:1',
  'key:2',
  '',
  '__proto__',
  'constructor',
  'ä',
  '*',
  'a\\b[c]',
];
const FIELDS = ['f', 'g', 'h', '1', '', '__proto__', 'toString', 'ü'];
const TEXTS = ['', 'x', 'ä€𝄞', 'a\0b', '{"a":1}', '[', 'null', 'x'.repeat(100)];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '10',
  '41',
  MAX,
  MIN,
  '9223372036854775806',
  '-9223372036854775807',
  '9007199254740993',
];
const NEARLY_NUMBERS = [' 1', '1 ', '+1', '01', '-0', '1.5', '1e3', '9223372036854775808', '0x10'];
const NO_STRINGS = [undefined, null, 5, true, {}, 7n, Symbol('s')];

const circular: { self?: unknown } = {};
circular.self = circular;
const UNSTORABLE = [
  undefined,
  () => 1,
  Symbol('s'),
  5n,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  circular,
];

/** Values that are no strings, each with the text that is stored. */
const ENCODED: readonly (readonly [unknown, string])[] = [
  [5, '5'],
  ['\ud800x', '\ufffdx'],
  [-0, '0'],
  [1.5, '1.5'],
  [2 ** 53, '9007199254740992'],
  [1e21, '1e+21'],
  [true, 'true'],
  [null, 'null'],
  [{ a: ['ä', null] }, '{"a":["ä",null]}'],
  [[], '[]'],
];

const CHARACTERS = [
  'a',
  'B',
  '0',
  ' ',
  '\0',
  '\n',
  '\r',
  '"',
  '\\',
  '*',
  '?',
  '[',
  '{',
  '}',
  '\u007f',
  'é',
  'e\u0301',
  '\u2028',
  '\uffff',
  '日',
  '𝄞',
];
const anyText = fc
  .array(fc.constantFrom(...CHARACTERS), { maxLength: 6 })
  .map((parts) => literal(parts.join('')));

/** Mostly good words, rarely one that is refused. */
function mostly(good: fc.Arbitrary<Word>, bad: readonly unknown[]): fc.Arbitrary<Word> {
  return fc.oneof(
    { weight: 60, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom(...bad).map(refused) },
  );
}

/** A key that is a string. */
export const goodKey: fc.Arbitrary<Word> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c').map(literal) },
  { weight: 6, arbitrary: fc.constantFrom(...KEYS).map(literal) },
  { weight: 1, arbitrary: anyText },
);
/** A key, rarely something else. */
export const key = mostly(goodKey, NO_STRINGS);

/** A field that is a string. */
export const goodField: fc.Arbitrary<Word> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('f', 'g').map(literal) },
  { weight: 6, arbitrary: fc.constantFrom(...FIELDS).map(literal) },
  { weight: 1, arbitrary: anyText },
);
/** A field, rarely something else. */
export const field = mostly(goodField, NO_STRINGS);

/** A value that can be stored. */
export const goodValue: fc.Arbitrary<Word> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NUMBERS).map(literal) },
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS).map(literal) },
  { weight: 2, arbitrary: fc.constantFrom(...NEARLY_NUMBERS).map(literal) },
  { weight: 2, arbitrary: fc.constantFrom(...ENCODED).map(([js, text]) => word(js, text)) },
  { weight: 1, arbitrary: anyText },
);
/** A value, rarely one that cannot be stored. */
export const value = mostly(goodValue, UNSTORABLE);

/** Amounts at which 64-bit arithmetic may go wrong. */
const EDGES: readonly (readonly [unknown, string])[] = [
  [0, '0'],
  [-0, '0'],
  [2 ** 53, '9007199254740992'],
  [2 ** 53 + 2, '9007199254740994'],
  [-(2 ** 62), '-4611686018427387904'],
  [2 ** 63, '9223372036854775808'],
  [-(2 ** 63), MIN],
  [9007199254740993n, '9007199254740993'],
  [2n ** 63n, '9223372036854775808'],
  [MAX, MAX],
  [MIN, MIN],
  ['-9223372036854775807', '-9223372036854775807'],
  ['9223372036854775808', '9223372036854775808'],
  ['7', '7'],
];

const NO_INTEGERS = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  '',
  'x',
  '+1',
  '01',
  ' 1',
  {},
  Symbol('s'),
];

/** An increment. */
export const amount: fc.Arbitrary<Word> = mostly(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }).map((n) => word(n, String(n))) },
    { weight: 2, arbitrary: fc.constantFrom(...EDGES).map(([js, text]) => word(js, text)) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((n) => word(n, String(n))) },
  ),
  NO_INTEGERS,
);

/** What no command takes for an integer. */
export const noInteger: fc.Arbitrary<Word> = fc.constantFrom(...NO_INTEGERS).map(refused);

/** A glob, well formed or not. */
export const pattern: fc.Arbitrary<Word> = mostly(
  fc.oneof(
    fc
      .constantFrom('*', 'key:*', '?', '??', '[a-c]', '[^a]*', 'a\\*', '', '*ä*', '[', 'key:[12')
      .map(literal),
    fc
      .array(fc.constantFrom('a', 'b', 'k', 'ä', '*', '?', '[', ']', '^', '-', '\\', ':', '1'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''))
      // Whether a byte beyond ASCII is less than one of ASCII depends on the machine that Redis was built for.
      .filter((glob) => !/-ä|ä-/.test(glob))
      .map(literal),
  ),
  NO_STRINGS.filter((bad) => bad !== undefined),
);
