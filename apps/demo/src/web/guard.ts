import type { IncomingMessage } from 'node:http';

/**
 * Why a request is not answered, or `undefined` if it is. Listening on loopback is not enough: any page in the same browser can send
 * requests here (`Origin`, `Sec-Fetch-Site`), and one whose name is made to resolve to this machine could read the answers (`Host`).
 */
export function refusalOf(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  port: number,
): string | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return `this server is ${hosts[0]} and nothing else`;
  if (origin !== undefined && origin !== `http://${host}`) return 'this origin has no say here';
  if (method !== 'POST') return undefined;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'this site has no say here';
  const [type] = (headers['content-type'] ?? '').split(';');
  // What a form can send does not need to ask first.
  return type === 'application/json' ? undefined : 'actions are sent as application/json';
}
