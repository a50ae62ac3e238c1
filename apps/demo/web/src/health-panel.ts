import { count, plural } from '../../src/screen/format.js';
import type { Health, Rig, Totals } from '../../src/web/protocol.js';
import { byId, create, setAttribute, setText } from './dom.js';
import { ANSWERERS } from './words.js';

/** A list of terms whose values change. */
function terms(list: HTMLElement, names: readonly string[]): HTMLElement[] {
  return names.map((name) => {
    const value = create('dd', { text: '–' });
    list.append(create('div', {}, create('dt', { text: name }), value));
    return value;
  });
}

/** Who answers, whether Redis is well, and why not. */
export class HealthPanel {
  readonly #totals = terms(byId('totals'), [
    'Calls so far',
    'Failed calls',
    'Changes brought back',
    'Invalidated',
    'Conflicts',
    'Given up',
    'Fate unknown',
  ]);
  readonly #facts: HTMLElement[];

  constructor() {
    const list = byId('health');
    this.#facts = ['Probe', 'Failures', 'Reason'].map((name) => {
      const value = create('dd', { text: '–', class: name === 'Reason' ? 'reason' : '' });
      list.append(create('dt', { text: name }), value);
      return value;
    });
  }

  drawHealth(health: Health | null): void {
    if (health === null) return;
    const { mode, isHealthy, consecutiveFailures, responseTime, lastError } = health;
    byId('mode-swatch').dataset.mode = mode;
    setText(byId('mode'), ANSWERERS[mode]);
    const verdict = byId('health-verdict');
    setText(verdict, isHealthy ? '✓ healthy' : '✗ not healthy');
    setAttribute(verdict, 'data-good', String(isHealthy));
    const [probe, failures, reason] = this.#facts as [HTMLElement, HTMLElement, HTMLElement];
    const answered = responseTime < 1 ? 'within a millisecond' : `in ${count(responseTime)} ms`;
    setText(probe, isHealthy ? `answered ${answered}` : `not answered; last time ${answered}`);
    setText(
      failures,
      consecutiveFailures === 0 ? 'none in a row' : `${count(consecutiveFailures)} in a row`,
    );
    setText(reason, reasonOf(isHealthy, lastError));
  }

  drawTotals(totals: Totals | null): void {
    if (totals === null) return;
    const { calls, failed, synced, invalidated, conflicts, dropped, ambiguous } = totals;
    for (const [index, value] of [
      calls,
      failed,
      synced,
      invalidated,
      conflicts,
      dropped,
      ambiguous,
    ].entries()) {
      setText(this.#totals[index] as HTMLElement, count(value));
    }
    this.#totals[1]?.classList.toggle('bad', failed > 0);
    this.#totals[5]?.classList.toggle('bad', dropped > 0);
  }

  drawRig(rig: Rig | null): void {
    if (rig === null) return;
    const { version, port, pid, process, network, delay } = rig;
    const where = `redis-server ${version} on port ${port}`;
    const state =
      process === 'dead'
        ? 'is dead'
        : `is ${process === 'frozen' ? 'frozen' : 'running'}, process ${pid}`;
    const way =
      network === 'cut'
        ? 'cut'
        : delay === 0
          ? 'open'
          : `open, ${plural(delay, 'ms', 'ms')} slower`;
    setText(byId('rig'), `${where} ${state}. The way to it is ${way}.`);
  }
}

function reasonOf(isHealthy: boolean, lastError: string | null): string {
  if (lastError === null) return 'nothing was ever wrong';
  return isHealthy ? `well again; last trouble: ${lastError}` : lastError;
}
