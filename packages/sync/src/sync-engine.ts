import {
  ABSENT,
  type CacheBackend,
  CacheUnavailableError,
  type Change,
  type ChangeOutcome,
  type Clock,
  Emitter,
  type SyncStats,
} from '@cachefb/core';
import { baseLeft } from './base-left.js';
import { type Action, type Plan, planOf, type Surroundings } from './change-of.js';
import { conclude } from './conclusion.js';
import type { Resolution } from './conflict.js';
import {
  checkEngineOptions,
  type SettledResult,
  type SyncEngineOptions,
} from './engine-options.js';
import type { Barrier, Journal } from './journal.js';
import { type Base, idOf, type JournalRecord } from './record.js';
import { retryDelay } from './retry-delay.js';
import { Tally } from './tally.js';
import { Turns } from './turns.js';

/** Events of a {@link SyncEngine}. */
export interface SyncEvents {
  progress: { readonly done: number; readonly total: number };
  conflict: { readonly key: string; readonly resolution: Resolution };
  error: { readonly error: unknown };
  /** Redis will never take a change; `key` is empty for a flush. */
  refused: { readonly key: string; readonly error: Error };
}

/** What a recovery would do with a key. */
export interface PlannedChange {
  readonly key: string;
  readonly action: Action;
}

/** A record under way. */
interface Sent {
  readonly record: JournalRecord;
  /** As it was when the change was made. */
  readonly base: Base;
  readonly plan: Plan;
  readonly change: Change;
}

/** Batches under way at once: one being applied, one on its way there, and one being made or concluded. */
const ABREAST = 3;

/** Brings the records of a journal back into a backend: in batches, each record exactly once. */
export class SyncEngine extends Emitter<SyncEvents> {
  readonly #journal: Journal;
  readonly #backend: CacheBackend;
  readonly #batchSize: number;
  readonly #retryAttempts: number;
  readonly #markTtl: number;
  readonly #clock: Clock;
  readonly #onSettled: (record: JournalRecord, result: SettledResult) => void;
  readonly #forget: (ids: readonly string[]) => Promise<void> | undefined;
  readonly #tally = new Tally();
  /** Records whose marks can be forgotten. */
  readonly #settledIds: string[] = [];
  #run: Promise<boolean> | undefined;
  /** Ends the current run, and its waiting. */
  #cancel: (() => void) | undefined;

  /** @throws ConfigurationError naming the option and its value. */
  constructor(options: SyncEngineOptions) {
    super();
    const checked = checkEngineOptions(options);
    this.#journal = checked.journal;
    this.#backend = checked.backend;
    this.#batchSize = checked.batchSize;
    this.#retryAttempts = checked.retryAttempts;
    this.#markTtl = checked.markTtl;
    this.#clock = checked.clock;
    this.#onSettled = checked.onSettled;
    this.#forget = checked.confirm;
  }

  /** The figures since the start. */
  get stats(): SyncStats {
    return {
      ...this.#tally.figures,
      pending: this.#journal.size,
      syncInProgress: this.#run !== undefined,
    };
  }

  /** Counts what happened outside: records given up, commands of unknown fate. */
  count(figure: 'dropped' | 'ambiguous', times = 1): void {
    this.#tally.figures[figure] += times;
  }

  /** What a run would do now, without doing it. */
  plan(emptied = false): PlannedChange[] {
    const surroundings = this.#surroundings(emptied);
    return [...this.#journal.records()].map((record) => ({
      key: record.key,
      action: planOf(record, surroundings).action,
    }));
  }

  /**
   * Applies records until none is left; `true` then. `false` if it was stopped. What fails stays and is tried again, with
   * growing pauses. A run that is under way is joined.
   */
  drain(emptied = false): Promise<boolean> {
    this.#run ??= this.#drain(emptied).finally(() => {
      this.#run = undefined;
    });
    return this.#run;
  }

  /** Ends the run after the batch that is under way. */
  stop(): void {
    this.#cancel?.();
  }

  async #drain(emptied: boolean): Promise<boolean> {
    let stopped = false;
    let wakeUp = () => {};
    this.#cancel = () => {
      stopped = true;
      wakeUp();
    };
    let done = 0;
    let failures = 0;
    const onDone = (records: number) => {
      done += records;
      failures = 0;
      this.emit('progress', { done, total: done + this.#journal.size });
    };
    while (this.#journal.size > 0) {
      if (stopped) return false;
      try {
        await this.#bringBack(emptied, onDone, () => stopped);
      } catch (error) {
        this.#tally.figures.syncErrors++;
        this.emit('error', { error });
        failures++;
        const delay = retryDelay(failures, this.#retryAttempts);
        await new Promise<void>((resolve) => {
          const timer = this.#clock.after(delay, resolve);
          wakeUp = () => {
            this.#clock.clear(timer);
            resolve();
          };
          if (stopped) wakeUp();
        });
      }
    }
    this.#tally.figures.lastSyncTime = this.#clock.now();
    return true;
  }

  /** Applies what waits, some batches abreast, until nothing waits, one has failed or a flush comes first. */
  async #bringBack(
    emptied: boolean,
    onDone: (records: number) => void,
    isStopped: () => boolean,
  ): Promise<void> {
    if (this.#journal.barrier !== undefined) return this.#flush(this.#journal.barrier, onDone);
    this.#journal.expire();
    const underWay = new Set<JournalRecord>();
    let failed = false;
    // Batches that leave together would be answered together, with nobody at work on this side meanwhile.
    const turns = new Turns();
    const lane = async () => {
      while (true) {
        await turns.next();
        if (failed || isStopped() || this.#journal.barrier !== undefined) return;
        const batch = this.#journal.seal(this.#batchSize, underWay);
        if (batch.length === 0) return;
        for (const record of batch) underWay.add(record);
        try {
          await this.#applyBatch(batch, emptied);
        } catch (error) {
          failed = true;
          throw error;
        }
        for (const record of batch) underWay.delete(record);
        onDone(batch.length);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: ABREAST }, lane));
    await this.#confirm();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #flush(barrier: Barrier, onDone: (records: number) => void): Promise<void> {
    const [outcome] = await this.#applyAll([
      { id: barrier.id, key: '', effect: { kind: 'flush' }, writtenAt: barrier.at },
    ]);
    if (outcome?.status === 'refused') this.#refused('', outcome.error);
    this.#journal.settleBarrier(barrier);
    this.#settledIds.push(barrier.id);
    await this.#confirm();
    onDone(1);
  }

  async #applyBatch(batch: readonly JournalRecord[], emptied: boolean): Promise<void> {
    const surroundings = this.#surroundings(emptied);
    const sent: Sent[] = [];
    for (const record of batch) {
      const plan = planOf(record, surroundings);
      if (plan.change === undefined) this.#settle(record, { outcome: 'ignored' });
      else if (this.#isTooLate(record, surroundings.now)) this.#giveUp(record);
      else sent.push({ record, base: record.base, plan, change: plan.change });
    }
    for (const { record } of sent) record.sentAt ||= surroundings.now;
    const applying = this.#applyAll(sent.map(({ change }) => change));
    // It travels with the changes, and nobody waits for it.
    void this.#confirm();
    const outcomes = await applying;
    for (let i = 0; i < sent.length; i++) {
      const each = sent[i] as Sent;
      const outcome = outcomes[i] as ChangeOutcome;
      if (isMade(outcome)) this.#applied(each.record, each.plan.action, each.change);
      else await this.#conclude(each, outcome, emptied);
      this.#settledIds.push(idOf(each.record));
    }
  }

  #surroundings(emptied: boolean): Surroundings {
    return {
      now: this.#clock.now(),
      emptied,
      successorOf: (record) => this.#journal.successorOf(record),
    };
  }

  async #applyAll(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    return changes.length === 0 ? [] : this.#backend.apply(changes);
  }

  /** A mark lives for a while only; past it a record that was sent before cannot safely be sent again. */
  #isTooLate(record: JournalRecord, now: number): boolean {
    return record.sentAt > 0 && now - record.sentAt >= this.#markTtl;
  }

  #giveUp(record: JournalRecord): void {
    this.#tally.figures.ambiguous++;
    this.#settle(record, { outcome: 'ambiguous' });
  }

  async #conclude(sent: Sent, first: ChangeOutcome, emptied: boolean): Promise<void> {
    const { record } = sent;
    const { action, revival } = sent.plan;
    const { key } = record;
    const apply = async (changed: Change) => (await this.#applyAll([changed]))[0] as ChangeOutcome;
    let { change } = sent;
    let outcome = first;
    // A late reply may have told meanwhile that it was this process.
    if (outcome.status === 'conflict' && record.base !== sent.base) {
      change = planOf(record, this.#surroundings(emptied)).change ?? change;
      outcome = await apply(change);
    }
    const end = await conclude(record, change, revival, outcome, {
      apply,
      onConflict: (resolution) => {
        this.#tally.figures.conflicts++;
        this.emit('conflict', { key, resolution });
      },
      onError: (error) => this.emit('error', { error }),
    });
    switch (end.outcome) {
      case 'applied':
        return this.#applied(record, action, end.change);
      case 'expired':
        this.#tally.figures.expired++;
        return this.#settle(record, { outcome: 'remote', current: ABSENT });
      case 'refused':
        this.#refused(key, end.error);
        return this.#settle(record, { outcome: 'refused' });
      case 'remote':
        return this.#settle(record, end);
    }
  }

  #refused(key: string, error: Error): void {
    this.#tally.figures.conflicts++;
    this.emit('refused', { key, error });
    this.emit('conflict', { key, resolution: 'remote' });
  }

  #applied(record: JournalRecord, action: Action, change: Change): void {
    this.#tally.applied(action, change);
    this.#settle(record, { outcome: 'applied' }, change);
  }

  #settle(record: JournalRecord, result: SettledResult, applied?: Change): void {
    this.#onSettled(record, result);
    this.#journal.settle(record, baseLeft(record, result, applied, this.#clock.now()));
  }

  /** Marks of records that are settled are of no use any more. Failing here costs only their time to live. */
  async #confirm(): Promise<void> {
    const ids = this.#settledIds.splice(0);
    if (ids.length === 0) return;
    try {
      await this.#forget(ids);
    } catch (error) {
      if (!(error instanceof CacheUnavailableError)) this.emit('error', { error });
    }
  }
}

function isMade({ status }: ChangeOutcome): boolean {
  return status === 'applied' || status === 'duplicate';
}
