import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import type { SocketOptions } from './create-client.js';

/** Node tells on this channel of every socket that is made. */
const CHANNEL = 'net.client.socket';

/** What comes of {@link openSocket}. */
export interface OpenedSocket<T> {
  /** `undefined` if none was made. */
  readonly socket: Socket | undefined;
  readonly connected: T;
}

/**
 * Gets hold of the socket that a client makes as it begins to connect: what has been read of it says whether a server is
 * silent, and only a socket can be reset. node-redis does not hand it out.
 *
 * @param connectClient - has a client connect, by these options.
 */
export function openSocket<T>(
  options: SocketOptions,
  connectClient: (options: SocketOptions) => T,
): OpenedSocket<T> {
  if (options.tls === true) {
    // Under the encryption, a socket of our own.
    const { port = 6379 } = options;
    const socket = connect({ noDelay: true, keepAlive: true, ...options, port: Number(port) });
    socket.on('error', () => {});
    return { socket, connected: connectClient({ ...options, socket }) };
  }
  let made: Socket | undefined;
  const found = (message: unknown) => {
    made ??= (message as { socket: Socket }).socket;
  };
  subscribe(CHANNEL, found);
  try {
    const connected = connectClient(options);
    made?.on('error', () => {});
    return { socket: made, connected };
  } finally {
    unsubscribe(CHANNEL, found);
  }
}
