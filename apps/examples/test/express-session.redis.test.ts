import { Store } from 'express-session';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../src/express-session/app.js';
import { CacheStore } from '../src/express-session/cache-store.js';
import { Stage } from './support/stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(() => stage.close());

/** A browser: it keeps its cookie. */
class Browser {
  #cookie = '';

  async fetch(url: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
    const response = await fetch(url, { method, headers: { cookie: this.#cookie } });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }
}

describe('sessions of express', () => {
  it('outlive an outage, and who logs out or in during it stays so for every process', async () => {
    const shop = await stage.serve(createApp(await stage.cache(['session:*'])));
    const [ada, grace, alan] = [new Browser(), new Browser(), new Browser()];
    await ada.fetch(`${shop}/login/ada`, 'POST');
    await grace.fetch(`${shop}/login/grace`, 'POST');
    expect(await ada.fetch(`${shop}/me`)).toEqual({
      status: 200,
      body: { user: 'ada', visits: 1 },
    });

    await stage.kill();
    expect(await ada.fetch(`${shop}/me`)).toEqual({
      status: 200,
      body: { user: 'ada', visits: 2 },
    });
    expect((await grace.fetch(`${shop}/logout`, 'POST')).status).toBe(204);
    expect((await grace.fetch(`${shop}/me`)).status).toBe(401);
    expect((await alan.fetch(`${shop}/login/alan`, 'POST')).status).toBe(204);

    await stage.restart();
    const other = await stage.serve(createApp(await stage.cache(['session:*'])));
    expect(await ada.fetch(`${other}/me`)).toEqual({
      status: 200,
      body: { user: 'ada', visits: 3 },
    });
    expect((await grace.fetch(`${other}/me`)).status).toBe(401);
    expect((await alan.fetch(`${other}/me`)).body).toEqual({ user: 'alan', visits: 1 });
  });

  it('end in Redis when their cookie does', async () => {
    const cache = await stage.cache();
    const shop = await stage.serve(createApp(cache));
    await new Browser().fetch(`${shop}/login/ada`, 'POST');
    const [key = ''] = await cache.keys('session:*');
    const ttl = await cache.pttl(key);
    expect(ttl).toBeGreaterThan(3_500_000);
    expect(ttl).toBeLessThanOrEqual(3_600_000);
  });

  it('tell the application of an error that is not about Redis being away', async () => {
    const cache = await stage.cache();
    const store: Store = new CacheStore(cache);
    await cache.hset('session:broken', 'not', 'a session');
    const error = await new Promise((resolve) => store.get('broken', resolve));
    expect(error).toMatchObject({ code: 'WRONGTYPE' });
    expect(store).toBeInstanceOf(Store);
  });
});
