import type { CacheCommands } from '@cachefb/core';
import express, { type Express, type RequestHandler } from 'express';
import { rateLimiter } from './rate-limiter.js';

/** A page that each address may fetch `limit` times a minute. */
export function createApp(cache: CacheCommands, limit: number, now?: () => number): Express {
  const limiter = rateLimiter(cache, { limit, windowMs: 60_000, ...(now && { now }) });
  const limited: RequestHandler = async (request, response, next) => {
    const { allowed, remaining, resetIn } = await limiter(request.ip ?? 'unknown');
    response.setHeader('RateLimit-Remaining', remaining);
    response.setHeader('RateLimit-Reset', Math.ceil(resetIn / 1000));
    if (allowed) next();
    else response.sendStatus(429);
  };
  return express()
    .use(limited)
    .get('/', (_, response) => void response.send('a page'));
}
