import type { Request } from '../link.js';
import type { Group } from './group.js';
import type { HashGets } from './hash-gets.js';
import type { MergedGets } from './merged-gets.js';
import type { MergedSets } from './merged-sets.js';
import { SingleCommands } from './single-commands.js';

/**
 * The commands of one turn of the event loop, in groups. Commands on different keys may overtake each other within it,
 * those on the same key never do: a command joins the latest group of its kind only if nothing that came after that
 * group is about its key.
 */
export class Turn {
  readonly groups: Group[] = [];
  /** The groups of reads that were merged. */
  readonly reads: MergedGets[] = [];
  gets: MergedGets | undefined;
  sets: MergedSets | undefined;
  singles: SingleCommands | undefined;
  /** When it was sent, by the clock of the backend. */
  sentAt = 0;
  /** Where the latest command on each key is; made when somebody asks. */
  #places: Map<string, number> | undefined;

  /** Where the latest command on a key is; -1 if there is none. */
  placeOf(key: string): number {
    this.#places ??= this.#findPlaces();
    return this.#places.get(key) ?? -1;
  }

  /** Whether anything about a key came after a group. */
  isLater(key: string, group: Group): boolean {
    return group.place < this.groups.length - 1 && this.placeOf(key) > group.place;
  }

  /** Says where the latest command on a key is. */
  put(key: string, group: Group): void {
    this.#places?.set(key, group.place);
  }

  /** Adds a group behind all others. */
  add<G extends Group>(group: G): G {
    this.groups.push(group);
    return group;
  }

  /** The group into which a command on these keys goes that is sent as it is. */
  singlesFor(keys: readonly string[]): SingleCommands {
    let group = this.singles;
    if (group === undefined || this.#isAnyLater(keys, group)) {
      group = this.add(new SingleCommands(this.groups.length));
      this.singles = group;
    }
    for (const key of keys) this.put(key, group);
    return group;
  }

  /** The group that holds a command; `undefined` if none does. */
  singlesWith(gets: HashGets): SingleCommands | undefined {
    for (const group of this.groups) {
      if (group instanceof SingleCommands && group.has(gets)) return group;
    }
    return undefined;
  }

  /** What comes from now on stays behind all that is there. */
  close(): void {
    this.gets = undefined;
    this.sets = undefined;
    this.singles = undefined;
  }

  /** Everything to be sent, in order. */
  write(): Request[] {
    const requests: Request[] = [];
    for (const group of this.groups) group.write(requests);
    return requests;
  }

  /** Takes the outcomes. */
  settle(outcomes: readonly unknown[]): void {
    let from = 0;
    for (const group of this.groups) from = group.settle(outcomes, from);
  }

  #isAnyLater(keys: readonly string[], group: Group): boolean {
    for (const key of keys) if (this.isLater(key, group)) return true;
    return false;
  }

  #findPlaces(): Map<string, number> {
    const places = new Map<string, number>();
    for (const group of this.groups) for (const key of group.keys()) places.set(key, group.place);
    return places;
  }
}
