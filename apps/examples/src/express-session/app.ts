import type { CacheCommands } from '@cachefb/core';
import express, { type Express } from 'express';
import session from 'express-session';
import { CacheStore } from './cache-store.js';

declare module 'express-session' {
  interface SessionData {
    user: string;
    visits: number;
  }
}

/** Somebody logs in, comes back, and logs out. */
export function createApp(cache: CacheCommands): Express {
  const app = express();
  app.use(
    session({
      store: new CacheStore(cache),
      secret: process.env.SESSION_SECRET ?? 'for this example only',
      cookie: { maxAge: 3_600_000 },
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.post('/login/:user', (request, response) => {
    request.session.user = request.params.user;
    request.session.visits = 0;
    response.sendStatus(204);
  });
  app.get('/me', (request, response) => {
    const { user, visits = 0 } = request.session;
    if (user === undefined) {
      response.sendStatus(401);
      return;
    }
    request.session.visits = visits + 1;
    response.json({ user, visits: visits + 1 });
  });
  app.post('/logout', (request, response, next) => {
    request.session.destroy((error: unknown) => (error ? next(error) : response.sendStatus(204)));
  });
  return app;
}
