import type { Socket } from 'node:net';
import type { Request } from './link.js';

/**
 * What an error with which a client rejects a command is: an error reply of the server, that the command never left, or
 * anything else, which came too late to know whether the command ran.
 */
export type ErrorKind = 'reply' | 'unsent' | 'unknown';

/** What happens on a {@link ClientConnection} unasked. */
export interface ConnectionEvents {
  /** The connection failed. */
  onError(error: Error): void;
  /** A reply arrived that belongs to no command; its `text`, if it is an error reply and known. */
  onUnasked(error: Error, text?: string): void;
  /** What arrived is no reply of Redis at all. */
  onForeign(error: Error): void;
  /** The socket is closed. */
  onClosed(): void;
}

/**
 * One connection of a client, used once and then thrown away: all that a {@link ClientLink} needs of one. Everything by which
 * the client would reconnect, queue, re-send or time out on its own is off. Its replies are as protocol 2 has them.
 */
export interface ClientConnection {
  /** The socket, once there is one. */
  readonly socket: Socket | undefined;
  /** Connects; logging in is not its matter. If that fails it rejects, or tells that the socket is closed. */
  connect(): Promise<unknown>;
  /**
   * Writes several commands at once, behind everything that was sent before, and tells in their order the reply to each,
   * texts as strings, or the error in its place. Why the connection ended is told before the errors for which that is the
   * reason.
   */
  send(requests: readonly Request[], take: (outcome: unknown) => void): void;
  /** Calls back when what was sent is written. Without it that is so when {@link ClientConnection.send} returns. */
  afterWrite?(callback: () => void): void;
  /** Subscribes to a channel; replies to what was sent before may come as bytes from then on. */
  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown>;
  /** Lets go of everything; what is in flight is rejected. The socket, if there is one, is closed already. */
  end(): void;
  /** What an error with which it rejected is. */
  kindOf(error: Error): ErrorKind;
}

/** Makes a connection that still has to connect. */
export type ConnectionMaker = (events: ConnectionEvents) => ClientConnection;
