import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { findChromium } from './find-chromium.js';

/** Starts a headless Chromium. */
export function launch(): Promise<Browser> {
  // As root, which containers often are, it has no sandbox to offer.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // Its watchdog takes a machine that is busy with other tests for a graphics card that hangs.
  const args = [...sandbox, '--disable-gpu', '--disable-gpu-watchdog'];
  return chromium.launch({ executablePath: findChromium(), args });
}

/** Milliseconds for a click or a key, on a machine that is busy with other things. */
const PATIENCE = 60_000;

/** What moves although nobody touched it; lines of the log make room for new ones, as they should. */
const WATCH_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const moved = sources.map(({ node }) => node?.parentElement ?? node).filter(Boolean);
      const places = moved.filter((node) => !node.closest('#log')).map((node) => node.outerHTML.slice(0, 120));
      if (places.length > 0) window.shifts.push(value.toFixed(4) + ' ' + places.join(' | '));
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

/** Somebody who looks at the page, and at what a developer would see of it. */
export class Visitor {
  /** What the console said, and what went wrong without a word there. */
  readonly complaints: string[] = [];
  /** Everything that was asked for. */
  readonly requests: string[] = [];
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => this.requests.push(request.url()));
  }

  static async arrive(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(WATCH_SHIFTS);
    const visitor = new Visitor(context, await context.newPage());
    await visitor.page.goto(url);
    return visitor;
  }

  leave(): Promise<void> {
    return this.#context.close();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  async textOf(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? '';
  }

  /** The lines of the event log, newest first. */
  log(): Promise<string[]> {
    return this.page.locator('#log li > span').allTextContents();
  }

  /** A reading of a chart: that of `median`, or of `''` where there is only one. */
  async reading(chart: string, line: string): Promise<string> {
    const row = this.page.locator('.chart-row', { hasText: chart });
    const values = await row.locator('.reading strong').allTextContents();
    const names = await row.locator('.reading span').allTextContents();
    return values[names.indexOf(line)] ?? '';
  }

  /** A reading that is a count. */
  async count(chart: string, line: string): Promise<number> {
    return Number((await this.reading(chart, line)).replace(',', ''));
  }

  /** Which buttons of a group hold. */
  pressed(group: string): Promise<string[]> {
    const buttons = this.page.getByRole('group', { name: group });
    return buttons.getByRole('button', { pressed: true }).allTextContents();
  }

  /** Who answered so far, as the bands tell. */
  bands(): Promise<string[]> {
    return this.page.locator('.bands span').allTextContents();
  }

  /** The cells of a table of the page, row by row. */
  async rows(selector: string): Promise<string[][]> {
    const rows = await this.page.locator(`${selector} tr`).all();
    return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  }

  /** What moved. */
  shifts(): Promise<string[]> {
    return this.page.evaluate('window.shifts');
  }

  /** What axe finds wrong: contrast, names, roles, order. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<axe.AxeResults>('axe.run()');
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    );
  }
}
