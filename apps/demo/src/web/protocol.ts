/** Who answers, as the page shows it: `syncing` is Redis again, save for keys that still have to be brought back. */
export type Mode = 'redis' | 'memory' | 'syncing';

/** The shop over the last half second. Times everywhere are epoch milliseconds of the service's clock. */
export interface Sample {
  readonly at: number;
  /** Calls a second. */
  readonly ops: number;
  /** Milliseconds; `null` without a call. */
  readonly median: number | null;
  /** Milliseconds; `null` without a call. */
  readonly p99: number | null;
  /** 0 to 1; `null` without a read. */
  readonly hitRatio: number | null;
  /** Records that wait in the journal. */
  readonly pending: number;
  /** How far a sync was, 0 to 1; `null` if there was none. */
  readonly progress: number | null;
}

/** From here on somebody else answers. */
export interface Band {
  readonly from: number;
  readonly mode: Mode;
}

/** Whose doing a line of the log is, and how it is meant. */
export type Tone = 'you' | 'info' | 'good' | 'bad';

/** A line of the event log. */
export interface LogEntry {
  readonly at: number;
  readonly tone: Tone;
  readonly text: string;
}

/** One promise beside what was found. */
export interface ReportRow {
  readonly what: string;
  readonly promised: string;
  readonly found: string;
  readonly kept: boolean;
  /** The first few deviations, in words. */
  readonly problems: readonly string[];
}

/** What was compared after a recovery. */
export interface Report {
  readonly at: number;
  /** Milliseconds without Redis. */
  readonly downtime: number;
  /** Increments of which nobody can know whether they ran: cut off in the middle. Counters may differ by as much. */
  readonly ambiguous: number;
  readonly rows: readonly ReportRow[];
}

/** How the connection to Redis fares, and why. */
export interface Health {
  readonly mode: Mode;
  readonly isHealthy: boolean;
  readonly consecutiveFailures: number;
  /** Of the last good probe, milliseconds, rounded. */
  readonly responseTime: number;
  /** What was wrong last; `null` if nothing ever was. */
  readonly lastError: string | null;
}

/** How busy the shop is. */
export const LOADS = ['off', 'light', 'normal', 'heavy'] as const;
export type Load = (typeof LOADS)[number];

/** How much longer a round trip to Redis may be made, milliseconds. */
export const DELAYS = [0, 20, 200, 2000] as const;
export type Delay = (typeof DELAYS)[number];

/** What Redis goes through just now, and what the shop does to it. */
export interface Rig {
  readonly version: string;
  readonly port: number;
  readonly pid: number | null;
  readonly process: 'running' | 'frozen' | 'dead';
  readonly network: 'open' | 'cut';
  readonly delay: Delay;
  readonly load: Load;
}

/** A key that is looked at, and what is to be known of it. */
export interface KeyRow {
  readonly key: string;
  readonly what: string;
  readonly policy: string;
  readonly source: 'redis' | 'memory' | 'nowhere';
  readonly value: string;
  /** When it expires; `null` for never. */
  readonly deadline: number | null;
  /** What recovery would do with it now; `null` if nothing waits. */
  readonly waits: string | null;
}

/** Figures since the start. */
export interface Totals {
  readonly calls: number;
  readonly failed: number;
  readonly synced: number;
  readonly conflicts: number;
  readonly invalidated: number;
  readonly dropped: number;
  readonly ambiguous: number;
}

/** What grows, by appending. */
export interface Lists {
  readonly samples: Sample;
  readonly bands: Band;
  readonly log: LogEntry;
  readonly reports: Report;
}

/** What is replaced. */
export interface Values {
  readonly health: Health | null;
  readonly rig: Rig | null;
  readonly keys: readonly KeyRow[];
  readonly totals: Totals | null;
}

/** How long each list may get, on either side; the oldest goes first. */
export const LIMITS: Readonly<Record<keyof Lists, number>> = {
  // Ten minutes.
  samples: 1200,
  bands: 400,
  log: 200,
  reports: 10,
};

/** Milliseconds between two samples. */
export const SAMPLE_INTERVAL = 500;

export type ListName = keyof Lists;
export type ValueName = keyof Values;

/** Everything so far: the first message of every stream. */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly now: number;
  readonly lists: { readonly [L in ListName]: readonly Lists[L][] };
  readonly values: Values;
}

/** One more item of a list. */
export type Append = {
  readonly [L in ListName]: { readonly kind: 'append'; readonly list: L; readonly item: Lists[L] };
}[ListName];

/** A new value. */
export type Replace = {
  readonly [V in ValueName]: {
    readonly kind: 'replace';
    readonly name: V;
    readonly value: Values[V];
  };
}[ValueName];

/** What travels to the page. */
export type Message = Snapshot | Append | Replace;

/** What the page may ask for. */
export type Action =
  | { readonly do: 'kill' | 'freeze' | 'resume' | 'cut' | 'reconnect' }
  | { readonly do: 'restart'; readonly empty: boolean }
  | { readonly do: 'slow'; readonly ms: Delay }
  | { readonly do: 'load'; readonly level: Load };
