/** What `--help` prints. */
export const help = `\
A small shop under load whose Redis is killed and comes back: what cachefb does, as a story of half a minute.

Usage: npm run demo -- [options]

  --redis URL   Use a Redis of your own, redis://[user:password@]host[:port][/db]. It is never stopped: a proxy
                in front of it is cut instead. Only keys under one new prefix, cachefb-demo:<random>:, are
                touched, and they are removed at the end. (Without this, a redis-server of the demo's own is
                started on a free port of this machine, killed for real, and gone afterwards.)
  --fast        Shorter scenes: a third of the time.
  --tamper      Change some keys in Redis just before the comparison, to see that it notices: exit code 1.
  --web         Not the story, but a page in the browser where you do it yourself: kill, freeze, restart, slow down and
                cut Redis, and watch. Prints its address on loopback; Ctrl-C ends it.
  --help        This text.

Exit code: 0 if every promise was kept, 1 if not (or Redis cannot be reached), 2 for a wrong option.
NO_COLOR turns colours off; without a terminal there are plain lines only.
`;
