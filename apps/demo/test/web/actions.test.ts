import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/web/guard.js';
import { parseAction } from '../../src/web/read-action.js';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a request', () => {
  it.each([
    ['GET', { host: '127.0.0.1:80' }],
    ['GET', { host: 'localhost:80', 'sec-fetch-site': 'none' }],
    ['POST', { host: '127.0.0.1:80', ...JSON_TYPE }],
    ['POST', { host: '127.0.0.1:80', origin: 'http://127.0.0.1:80', ...JSON_TYPE }],
    ['POST', { host: 'localhost:80', 'sec-fetch-site': 'same-origin', ...JSON_TYPE }],
  ])('of our own is answered: %s %o', (method, headers) => {
    expect(refusalOf({ method, headers }, 80)).toBeUndefined();
  });

  it.each([
    ['without a host', 'GET', {}],
    ['for a name that was made to lead here', 'GET', { host: 'rebound.example:80' }],
    ['for another port', 'GET', { host: '127.0.0.1:81' }],
    ['from another page', 'GET', { host: '127.0.0.1:80', origin: 'https://example.org' }],
    ['from another page', 'POST', { host: '127.0.0.1:80', origin: 'null', ...JSON_TYPE }],
    [
      'from another port here',
      'POST',
      { host: '127.0.0.1:80', origin: 'http://127.0.0.1:8080', ...JSON_TYPE },
    ],
    [
      'from another site',
      'POST',
      { host: '127.0.0.1:80', 'sec-fetch-site': 'cross-site', ...JSON_TYPE },
    ],
    ['that a form could send', 'POST', { host: '127.0.0.1:80', 'content-type': 'text/plain' }],
    ['without a type', 'POST', { host: '127.0.0.1:80' }],
  ])('%s is refused: %s %o', (_, method, headers) => {
    expect(refusalOf({ method, headers }, 80)).toMatch(/./);
  });
});

describe('an action', () => {
  it.each([
    { do: 'kill' },
    { do: 'freeze' },
    { do: 'resume' },
    { do: 'cut' },
    { do: 'reconnect' },
    { do: 'restart', empty: true },
    { do: 'slow', ms: 200 },
    { do: 'load', level: 'heavy' },
  ])('may be %o', (action) => {
    expect(parseAction(JSON.stringify({ ...action, more: 1 }))).toEqual(action);
  });

  it.each([
    ['', 'a JSON object'],
    ['null', 'a JSON object'],
    ['"kill"', 'a JSON object'],
    ['{}', 'do is one of kill, freeze, '],
    ['{"do":"__proto__"}', 'not "__proto__"'],
    ['{"do":"restart"}', 'restart: empty is true or false'],
    ['{"do":"slow","ms":"20"}', 'slow: ms is one of 0, 20, 200, 2000, not "20"'],
    ['{"do":"slow","ms":1e9}', 'not 1000000000'],
    ['{"do":"load","level":"most"}', 'load: level is one of off, light, normal, heavy, not "most"'],
  ])('may not be %j', (text, why) => {
    expect(() => parseAction(text)).toThrow(why);
  });
});
