import {
  CacheUnavailableError,
  type Clock,
  type Command,
  isWrite,
  keysOf,
  type ReplyReceiver,
} from '@cachefb/core';
import { planOf } from '../commands.js';
import type { Link, Request } from '../link.js';
import { HashGets, type HashGetsListener } from './hash-gets.js';
import { type GetsListener, MergedGets } from './merged-gets.js';
import { MergedSets, type RefusedListener } from './merged-sets.js';
import { type Refused, SecondChance } from './second-chance.js';
import { Turn } from './turn.js';

/** What a {@link Coalescer} works with. */
export interface CoalescerOptions {
  readonly link: Link;
  readonly keyPrefix: string;
  /** Whether several commands may become one. */
  readonly coalesce: boolean;
  /** Whether the user may do everything: then no command is refused that its merged form stands for, nor any key of it. */
  readonly unrestricted: boolean;
  readonly clock: Clock;
  /** How long a command may wait for its reply, milliseconds. */
  readonly timeout: number;
  /** Commands without a reply beyond which no more are sent. */
  readonly maxInFlight: number;
}

/** How much of what values were expected to be long stays with each batch of shorter ones. */
const MEMORY = 0.8;
/** How long reads are not merged once that was refused for a reason that may pass, milliseconds. */
const PAUSE = 1000;

/**
 * Collects what is asked of one connection in one turn of the event loop, and sends it as few commands, without anybody
 * being able to tell: the order on each key stays, reads see earlier writes of this process, and every caller gets the
 * reply or the error of its own command.
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  #mergeReads = false;
  /** Until when reads are not merged. */
  #readsApartUntil: number;
  #unrestricted: boolean;
  #turn: Turn | undefined;
  /** What has been sent, in order. */
  readonly #underWay = new Set<Turn>();
  #settling: Turn | undefined;
  #inFlight = 0;
  #valueLength = 0;
  #fieldLength = 0;
  readonly #secondChance: SecondChance;

  constructor(options: CoalescerOptions) {
    this.#options = options;
    this.#readsApartUntil = options.coalesce ? 0 : Number.POSITIVE_INFINITY;
    this.#unrestricted = options.coalesce && options.unrestricted;
    this.#secondChance = new SecondChance(options);
  }

  /** What it sends on. */
  get link(): Link {
    return this.#options.link;
  }

  /** Runs a checked command, and tells what became of it. */
  submit(command: Command, receiver: ReplyReceiver): void {
    if (this.#inFlight >= this.#options.maxInFlight) {
      receiver.failed(this.#full());
      return;
    }
    this.#inFlight++;
    const turn = this.#turn ?? this.#begin();
    const { keyPrefix } = this.#options;
    if (command.name === 'get' && this.#mergeReads) {
      this.#get(turn, keyPrefix + command.key, receiver);
    } else if (command.name === 'set' && this.#unrestricted && isPlain(command)) {
      this.#set(turn, keyPrefix + command.key, command.value, receiver);
    } else if (command.name === 'hget' && this.#unrestricted) {
      this.#hget(turn, keyPrefix + command.key, command.field, receiver);
    } else this.#single(turn, command, receiver);
  }

  /** Sends what has come together so far. */
  readonly flush = (): void => {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    turn.sentAt = this.#options.clock.now();
    this.#underWay.add(turn);
    this.#options.link.exchange(turn.write(), (outcomes) => {
      for (const { callers } of turn.groups) this.#inFlight -= callers;
      this.#settling = turn;
      turn.settle(outcomes);
      this.#settling = undefined;
      this.#underWay.delete(turn);
    });
  };

  /**
   * To be called before something else is sent on the connection: it stays behind what was asked before.
   *
   * @param written - the keys that it writes.
   */
  flushBefore(written: readonly string[] | 'all' = []): void {
    if (written === 'all') this.#lookBeforeAll();
    else for (const key of written) this.#lookBefore(key);
    this.flush();
  }

  #begin(): Turn {
    const turn = new Turn();
    this.#turn = turn;
    const apart = this.#readsApartUntil;
    this.#mergeReads = apart === 0 || apart <= this.#options.clock.now();
    process.nextTick(this.flush);
    return turn;
  }

  #get(turn: Turn, key: string, receiver: ReplyReceiver): void {
    const latest = turn.gets;
    if (latest !== undefined && !turn.isLater(key, latest) && latest.take(key, receiver)) {
      turn.put(key, latest);
      return;
    }
    const group = turn.add(new MergedGets(turn.groups.length, this.#gets, this.#valueLength));
    group.take(key, receiver);
    turn.gets = group;
    turn.reads.push(group);
    turn.put(key, group);
  }

  #set(turn: Turn, key: string, value: string, receiver: ReplyReceiver): void {
    this.#lookBefore(key);
    let group = turn.sets;
    if (group === undefined || turn.isLater(key, group) || !group.hasRoomFor(value)) {
      group = turn.add(new MergedSets(turn.groups.length, this.#refused));
      turn.sets = group;
    }
    group.add(key, value, receiver);
    turn.put(key, group);
  }

  #hget(turn: Turn, key: string, field: string, receiver: ReplyReceiver): void {
    const keys = [key];
    const group = turn.singlesFor(keys);
    if (group.join(key, field, receiver)) return;
    const gets = new HashGets(key, field, receiver, this.#hashGets, this.#fieldLength);
    group.addHashGets(gets, keys);
  }

  #single(turn: Turn, command: Command, receiver: ReplyReceiver): void {
    const { keyPrefix } = this.#options;
    const { word, words, reply } = planOf(command.name);
    const args = words(command as never, keyPrefix);
    const read = reply && ((raw: unknown) => reply(raw, keyPrefix));
    const isAboutAll = command.name === 'flushall' || command.name === 'keys';
    if (isAboutAll) {
      if (command.name === 'flushall') this.#lookBeforeAll();
      turn.close();
    }
    const named = keysOf(command);
    const keys = keyPrefix === '' ? named : named.map((key) => keyPrefix + key);
    if (isWrite(command)) for (const key of keys) this.#lookBefore(key);
    turn.singlesFor(keys).add({ name: word, args }, keys, receiver, read);
    if (isAboutAll) turn.close();
  }

  /** Sends the second look at a key that is about to be written ahead of the write. */
  #lookBefore(key: string): void {
    for (const turn of this.#underWay) this.#lookIn(turn, key);
    if (this.#turn !== undefined) this.#lookIn(this.#turn, key);
  }

  #lookIn(turn: Turn, key: string): void {
    for (const group of turn.reads) {
      const index = group.lookBefore(key);
      if (index !== undefined) this.#look(group, index);
    }
  }

  #lookBeforeAll(): void {
    for (const turn of [...this.#underWay, this.#turn]) {
      for (const group of turn?.reads ?? []) {
        for (const index of group.looksBeforeAll()) this.#look(group, index);
      }
    }
  }

  #look(group: MergedGets, index: number): void {
    const key = group.keyAt(index);
    const turn = this.#turn ?? this.#begin();
    this.#inFlight++;
    const looked = (outcome: unknown) => group.looked(index, outcome);
    turn.singlesFor([key]).add(getOf(key), [key], { answered: looked, failed: looked });
  }

  readonly #gets: GetsListener = {
    onRefused: (when) => {
      const until = when === 'now' ? this.#options.clock.now() + PAUSE : Number.POSITIVE_INFINITY;
      this.#readsApartUntil = Math.max(this.#readsApartUntil, until);
    },
    onSize: (length, keys) => {
      this.#valueLength = Math.max(length / keys, this.#valueLength * MEMORY);
    },
    onDoubt: (group, indexes) => {
      const requests = indexes.map((index) => getOf(group.keyAt(index)));
      this.#secondChance.again(requests, this.#sentAt, (outcomes) => {
        for (const [i, index] of indexes.entries()) group.looked(index, outcomes[i]);
      });
    },
  };

  readonly #hashGets: HashGetsListener = {
    onField: (length) => {
      this.#fieldLength = Math.max(length, this.#fieldLength * MEMORY);
    },
    onRefused: (gets, fields, error) => {
      this.#unrestricted = false;
      const group = this.#settling?.singlesWith(gets);
      if (group?.isOvertaken(gets) || this.#isOvertaken(gets.key, group?.place ?? 0)) {
        for (const { receiver } of fields) receiver.failed(error);
        return;
      }
      const refused = fields.map(({ field, receiver }) => ({
        request: { name: 'hget', args: [gets.key, field] },
        receiver,
      }));
      this.#secondChance.eachApart(refused, this.#sentAt);
    },
  };

  /**
   * MSET was refused where SET may not be: what a user may do has changed since this connection was opened. What was not
   * overtaken meanwhile is sent one by one; what was is refused, for it would come too late.
   */
  readonly #refused: RefusedListener = (group, sets, error) => {
    this.#unrestricted = false;
    const refused: Refused[] = [];
    for (const { key, value, receiver } of sets) {
      if (this.#isOvertaken(key, group.place)) receiver.failed(error);
      else refused.push({ request: { name: 'set', args: [key, value] }, receiver });
    }
    this.#secondChance.eachApart(refused, this.#sentAt);
  };

  /** Whether anything about a key has been asked since a place in the turn that is being settled. */
  #isOvertaken(key: string, place: number): boolean {
    for (const turn of [...this.#underWay, this.#turn]) {
      const latest = turn?.placeOf(key) ?? -1;
      if (turn === this.#settling ? latest > place : latest >= 0) return true;
    }
    return false;
  }

  /** When the turn that is being settled was sent. */
  get #sentAt(): number {
    return this.#settling?.sentAt ?? this.#options.clock.now();
  }

  #full(): CacheUnavailableError {
    const { maxInFlight, link } = this.#options;
    return new CacheUnavailableError(
      `${maxInFlight} commands already wait for Redis at ${link.address}`,
    );
  }
}

/** Whether a `set` says nothing but its value. */
function isPlain(command: Command<'set'>): boolean {
  const { ttl, deadline, keepTtl, nx, xx, get } = command;
  return ttl === undefined && deadline === undefined && !keepTtl && !nx && !xx && !get;
}

function getOf(key: string): Request {
  return { name: 'get', args: [key] };
}
