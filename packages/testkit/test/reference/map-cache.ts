import {
  type Command,
  CommandFront,
  type CommandName,
  type Reply,
  ReplyError,
} from '@cachefb/core';

/** A cache of strings in a `Map`: as much as tests of the tools need. */
export class MapCache extends CommandFront {
  readonly #texts = new Map<string, string>();

  async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    return this.#run(command as Command) as Reply<N>;
  }

  #run(command: Command): unknown {
    switch (command.name) {
      case 'get':
        return this.#texts.get(command.key) ?? null;
      case 'set':
        this.#texts.set(command.key, command.value);
        return 'OK';
      case 'del':
        return command.keys.filter((key) => this.#texts.delete(key)).length;
      case 'incrby': {
        const sum = Number(this.#texts.get(command.key) ?? 0) + Number(command.by);
        if (Number.isNaN(sum)) throw new ReplyError('ERR value is not an integer or out of range');
        this.#texts.set(command.key, String(sum));
        return sum;
      }
      default:
        return null;
    }
  }

  protected async *scanKeys(): AsyncIterableIterator<string> {
    yield* this.#texts.keys();
  }
}
