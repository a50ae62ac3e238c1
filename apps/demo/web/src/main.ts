import type { LogEntry } from '../../src/web/protocol.js';
import { Connection, type LinkState } from './connection.js';
import { Controls } from './controls.js';
import { byId, reachable, setText } from './dom.js';
import { EventLog } from './event-log.js';
import { HealthPanel } from './health-panel.js';
import { KeyTable } from './key-table.js';
import { Redraw } from './redraw.js';
import { ReportPanel } from './report-panel.js';
import { sendAction } from './send-action.js';
import { type Part, Store } from './store.js';
import { Timeline } from './timeline/timeline.js';

const LINK_WORDS: Readonly<Record<LinkState, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'retrying',
  paused: 'paused',
};

const redraw = new Redraw(draw);
const store = new Store((part) => redraw.want(part));
const timeline = new Timeline(store);
const controls = new Controls(byId('controls'), sendAction);
const health = new HealthPanel();
const log = new EventLog(byId('log'));
const keys = new KeyTable(byId('keys'));
const reports = new ReportPanel();
for (const wide of document.querySelectorAll<HTMLElement>('.wide')) reachable(wide);
// Only now: what is still being built would move.
for (const main of document.getElementsByTagName('main')) main.hidden = false;
let countdown: number | undefined;
/** The last line that the log shows. */
let told: LogEntry | undefined;

new Connection({
  url: 'api/events',
  onMessage: (message) => store.apply(message, Date.now()),
  onState: (state) => {
    const link = byId('link');
    link.dataset.state = state;
    setText(link, LINK_WORDS[state]);
  },
});

function draw(parts: ReadonlySet<Part>): void {
  const changed = (...names: Part[]) =>
    parts.has('everything') || names.some((name) => parts.has(name));
  if (changed('samples', 'bands')) timeline.draw();
  if (changed('health')) health.drawHealth(store.values.health);
  if (changed('totals')) health.drawTotals(store.values.totals);
  if (changed('rig')) {
    health.drawRig(store.values.rig);
    controls.draw(store.values.rig);
  }
  if (changed('log')) drawLog(parts.has('everything'));
  if (changed('reports')) reports.draw(store.reports);
  if (changed('keys')) drawKeys();
}

function drawLog(anew: boolean): void {
  const known = told === undefined ? -1 : store.log.indexOf(told);
  if (anew || known === -1) log.reset(store.log);
  else for (const entry of store.log.slice(known + 1)) log.add(entry);
  told = store.log.at(-1);
}

/** Times run down between two messages, as long as anybody can see it. */
function drawKeys(): void {
  clearTimeout(countdown);
  if (document.hidden) return;
  const next = keys.draw(store.values.keys, Date.now() + store.offset);
  if (next !== undefined) countdown = setTimeout(drawKeys, next);
}
