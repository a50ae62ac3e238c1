import type { Action } from '../../src/web/protocol.js';

/** Asks the service to do something; rejects with what it says if it does not. */
export async function sendAction(action: Action): Promise<void> {
  const response = await fetch('api/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  }).catch(() => {
    throw new Error('The service does not answer.');
  });
  if (!response.ok) throw new Error((await response.text()).trim());
}
