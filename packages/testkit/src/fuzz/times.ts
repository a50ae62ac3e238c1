import fc from 'fast-check';
import { type Times, type Word, word } from './word.js';

/**
 * Long times to live lie far apart, and far from what a run takes, so that two sides that act a few milliseconds apart
 * still agree on which of two is later. Hence no bias towards the ends of the range, where they would meet.
 */
const long = fc.noBias(fc.noShrink(fc.integer({ min: 500_000, max: 2_000_000_000 })));

const MAX = 2n ** 63n - 1n;

function time(js: (times: Times) => number, shown: string, short = false): Word {
  return { shown, js, text: (times) => String(BigInt(js(times))), short };
}

/** Gone at the next wait. */
const shortMs = fc.constant(time(({ short }) => short, 'SHORT', true));

/** Times at which Redis's arithmetic may overflow, or at which there is nothing left to live. */
const OVERFLOWS: readonly (readonly [unknown, string])[] = [
  [0, '0'],
  [-1, '-1'],
  [-(2 ** 53), '-9007199254740992'],
  [2 ** 63, '9223372036854775808'],
  [MAX, String(MAX)],
  [-MAX, String(-MAX)],
  [-MAX - 1n, String(-MAX - 1n)],
];
const SECONDS_OVERFLOWS: readonly (readonly [unknown, string])[] = [
  ...OVERFLOWS,
  [MAX / 1000n, String(MAX / 1000n)],
  [MAX / 1000n + 1n, String(MAX / 1000n + 1n)],
];

const edgesOf = (overflows: readonly (readonly [unknown, string])[]): fc.Arbitrary<Word> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...overflows).map(([js, text]) => word(js, text)) },
    // Decimal text, and ages that no number of milliseconds in 53 bits can hold.
    { weight: 1, arbitrary: long.map((ms) => word(String(ms), String(ms))) },
    { weight: 1, arbitrary: long.map((ms) => word(4e15 + ms, String(4e15 + ms))) },
    {
      weight: 1,
      arbitrary: long.map((ms) =>
        word(2n ** 62n + BigInt(ms) ** 2n, String(2n ** 62n + BigInt(ms) ** 2n)),
      ),
    },
  );

const edges = edgesOf(OVERFLOWS);
const secondsEdges = edgesOf(SECONDS_OVERFLOWS);

/** A time to live in milliseconds. */
export const milliseconds: fc.Arbitrary<Word> = fc.oneof(
  { weight: 6, arbitrary: long.map((ms) => word(ms, String(ms))) },
  { weight: 2, arbitrary: shortMs },
  { weight: 1, arbitrary: edges },
);

/** A time to live in milliseconds that no wait outlives. */
export const longMilliseconds: fc.Arbitrary<Word> = fc.oneof(
  { weight: 6, arbitrary: long.map((ms) => word(ms, String(ms))) },
  { weight: 1, arbitrary: edges },
);

/** A time to live in seconds. */
export const seconds: fc.Arbitrary<Word> = fc.oneof(
  {
    weight: 6,
    arbitrary: long.map((ms) => word(Math.ceil(ms / 1000), String(Math.ceil(ms / 1000)))),
  },
  { weight: 1, arbitrary: secondsEdges },
);

/** An instant, epoch milliseconds. */
export const instant: fc.Arbitrary<Word> = fc.oneof(
  {
    weight: 4,
    arbitrary: long.map((ms) => time(({ now }) => Math.floor(now) + ms, `now + ${ms}`)),
  },
  {
    weight: 1,
    arbitrary: fc.constant(time(({ now, short }) => Math.floor(now) + short, 'now + SHORT', true)),
  },
  { weight: 1, arbitrary: edges },
);

/** An instant, epoch seconds. */
export const instantSeconds: fc.Arbitrary<Word> = fc.oneof(
  {
    weight: 4,
    arbitrary: long.map((ms) =>
      time(({ now }) => Math.floor((now + ms) / 1000), `(now + ${ms}) / 1000`),
    ),
  },
  { weight: 1, arbitrary: secondsEdges },
);
