import type { Greeting } from './handshake.js';
import type { Link } from './link.js';

/** Connections remembered at most; older ones are long dead. */
const MOST = 100;

/**
 * Connections that were given up or lost while the server may still have bytes of theirs to read: commands that would run
 * late. They are killed there, by their ids.
 */
export class AbandonedConnections {
  #pending: Greeting[] = [];
  #settled = true;

  /** Whether nothing sent on them can take effect any more. */
  get settled(): boolean {
    return this.#settled && this.#pending.length === 0;
  }

  /** Remembers a connection that has ended. */
  add(connection: Greeting): void {
    this.#pending.push(connection);
    if (this.#pending.length > MOST) this.#pending.shift();
  }

  /** Kills them on the server that `link` leads to. Those of another instance went with it. */
  async kill(link: Link, instance: string | undefined): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    let settled = true;
    for (const { instance: of, clientId } of pending) {
      if (of !== undefined && instance !== undefined && of !== instance) continue;
      if (of === undefined || instance === undefined || clientId === undefined) settled = false;
      else settled = (await kill(link, clientId)) && settled;
    }
    if (pending.length > 0) this.#settled = settled;
  }
}

async function kill(link: Link, clientId: string): Promise<boolean> {
  try {
    await link.send('CLIENT', ['KILL', 'ID', clientId]);
    return true;
  } catch {
    // Not permitted; if the link itself broke, whatever is sent next on it says so.
    return false;
  }
}
