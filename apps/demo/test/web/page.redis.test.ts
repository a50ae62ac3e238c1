import { fileURLToPath } from 'node:url';
import { waitFor } from '@cachefb/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Feed } from '../../src/web/feed.js';
import { LIMITS } from '../../src/web/protocol.js';
import { SampleLog } from '../../src/web/sample-log.js';
import { readStaticFiles, type StaticFile } from '../../src/web/static-files.js';
import { WebServer } from '../../src/web/web-server.js';
import { buildDemo } from '../run-demo.js';
import { lineAt, sampleAt } from './samples.js';
import { launch, Visitor } from './visitor.js';

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));
const HOUR = 7200;
const soon = { timeout: 30_000, interval: 50 };

let browser: Browser;
let files: Map<string, StaticFile>;
let feed: Feed;
let server: WebServer;
let visitor: Visitor;

beforeAll(async () => {
  browser = await launch();
  await buildDemo();
  files = await readStaticFiles(PAGE);
}, 300_000);

afterAll(() => browser?.close());

beforeEach(async () => {
  feed = new Feed(() => sampleAt(0).at);
  server = await serve();
  visitor = await Visitor.arrive(browser, server.url);
  await linked('live');
});

afterEach(async () => {
  await visitor?.leave();
  await server?.close();
});

const serve = (port = 0) => WebServer.start({ files, feed, port, act: async () => {} });
const linked = (state: string) => expect.poll(() => visitor.textOf('#link'), soon).toBe(state);

/** Counts from now on how often the page does something that costs. */
async function watchWork(): Promise<() => Promise<number>> {
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const costs = metrics.filter(({ name }) => /LayoutCount|RecalcStyleCount/.test(name));
    return costs.reduce((sum, { value }) => sum + value, 0);
  };
}

/** Bytes in use once everything is collected that can be. */
async function heap(): Promise<number> {
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** An hour as it may be: an outage a minute, and something to tell every five seconds. */
async function playAnHour(samples: SampleLog, from: number): Promise<void> {
  for (let turn = from; turn < from + HOUR; turn++) {
    samples.add(sampleAt(turn, { ops: 900 + (turn % 7), pending: turn % 120 }));
    const { at } = sampleAt(turn);
    if (turn % 60 === 0) {
      feed.append('bands', { from: at, mode: turn % 120 === 0 ? 'redis' : 'memory' });
    }
    if (turn % 10 === 0) feed.append('log', lineAt(turn));
    if (turn % 120 === 0) feed.append('reports', { at, downtime: 1, ambiguous: 0, rows: [] });
    // Faster than a page could ever be told, but not faster than it can read.
    if (turn % 200 === 0) await visitor.page.evaluate('new Promise(requestAnimationFrame)');
  }
  await expect.poll(async () => (await visitor.log())[0], soon).toBe(`line ${from + HOUR - 10}`);
}

describe('the page', { timeout: 120_000 }, () => {
  it('is bounded after an hour, and another one makes it no bigger', async () => {
    const samples = new SampleLog(feed);
    await playAnHour(samples, 0);
    expect(await visitor.page.locator('#log li').count()).toBe(LIMITS.log);
    expect(await visitor.page.locator('#reports option').count()).toBe(LIMITS.reports);
    const elements = 'document.getElementsByTagName("*").length';
    const before = await visitor.page.evaluate(elements);
    const bytes = await heap();
    await playAnHour(samples, HOUR);
    expect(await visitor.page.evaluate(elements)).toBe(before);
    expect((await heap()) - bytes).toBeLessThan(1_000_000);
    expect(visitor.complaints).toEqual([]);
  });

  it('does nothing while nothing changes', async () => {
    const samples = new SampleLog(feed);
    for (let turn = 0; turn < 5; turn++) samples.add(sampleAt(turn));
    await expect.poll(() => visitor.reading('Operations', ''), soon).toBe('1,000');
    await visitor.page.evaluate('new Promise((done) => setTimeout(done, 500))');
    const work = await watchWork();
    const before = await work();
    for (let turn = 5; turn < 500; turn++) samples.add(sampleAt(turn));
    await visitor.page.evaluate('new Promise((done) => setTimeout(done, 1000))');
    expect(await work()).toBe(before);
    samples.add(sampleAt(500, { ops: 2000 }));
    await expect.poll(() => visitor.reading('Operations', ''), soon).toBe('2,000');
    expect(await work()).toBeGreaterThan(before);
  });

  it('finds back to a service that was away, and then knows what it missed', async () => {
    feed.append('log', lineAt(1));
    await expect.poll(() => visitor.log(), soon).toEqual(['line 1']);
    const { port } = server;
    await server.close();
    await linked('retrying');
    await visitor.press('3 min');
    await visitor.page.evaluate(
      'document.querySelector("#controls button").removeAttribute("aria-disabled")',
    );
    await visitor.press('Kill -9');
    await expect.poll(() => visitor.textOf('#refusal'), soon).toBe('The service does not answer.');
    feed.append('log', lineAt(2));
    server = await serve(port);
    await linked('live');
    await expect.poll(() => visitor.log(), soon).toEqual(['line 2', 'line 1']);
    // Of what went wrong in between the browser itself speaks, and nobody else.
    expect(visitor.complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
  });

  it('hangs up while it is hidden, and has missed nothing when it is looked at again', async () => {
    const look = (hidden: boolean) =>
      visitor.page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    expect(feed.subscribers).toBe(1);
    await look(true);
    await waitFor(() => feed.subscribers === 0);
    await linked('paused');
    feed.append('log', lineAt(3));
    await look(false);
    await linked('live');
    await expect.poll(() => visitor.log(), soon).toEqual(['line 3']);
    expect(visitor.complaints).toEqual([]);
  });

  it('moves less for those who prefer that', async () => {
    await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
    feed.append('samples', sampleAt(1, { ops: 1 }));
    await expect.poll(() => visitor.reading('Operations', ''), soon).toBe('1');
    const work = await watchWork();
    const before = await work();
    for (let turn = 2; turn < 6; turn++) {
      feed.append('samples', sampleAt(turn, { ops: turn }));
      await visitor.page.evaluate('new Promise((done) => setTimeout(done, 100))');
    }
    expect(await work()).toBe(before);
    await expect.poll(() => visitor.reading('Operations', ''), soon).toBe('5');
    expect(await work()).toBeGreaterThan(before);
  });
});
