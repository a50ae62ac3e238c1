import { createServer as createHttpServer } from 'node:http';
import { CacheTimeoutError } from '@cachefb/core';
import { freePort } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, SLACK, Stage, TIMEOUT } from './stage.js';
import type { MakeBackend, Place, SubjectOptions } from './subject.js';

/** Servers that let nobody in. */
export function unusableServer(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('a server that cannot be used', () => {
    async function refusal(target: string | Place, options?: SubjectOptions) {
      const start = performance.now();
      const error = await failure(stage.make(target, options).connect());
      expect(performance.now() - start).toBeLessThan(TIMEOUT + SLACK);
      return error;
    }

    it('because nothing listens there', async () => {
      const port = await freePort();
      const error = await refusal({ host: '127.0.0.1', port });
      expect(error.message).toContain(`no connection to Redis at 127.0.0.1:${port}`);
      expect(error.message).toContain('ECONNREFUSED');
      expect(error.fate).toBe('unsent');
    });

    it('because its name is unknown', async () => {
      const error = await refusal({ host: 'nowhere.invalid' }, { timeout: TIMEOUT });
      expect(error.message).toContain('nowhere.invalid');
    });

    it('because it is silent', async () => {
      const port = await stage.listen(() => {});
      const error = await refusal({ host: '127.0.0.1', port });
      expect(error).toBeInstanceOf(CacheTimeoutError);
      expect(error.fate).toBe('unsent');
      expect(error.message).toContain(`did not answer within ${TIMEOUT} ms`);
    });

    it('because it speaks HTTP', async () => {
      const port = await stage.listen(
        createHttpServer((_request, response) => response.end('hello')),
      );
      const error = await refusal({ host: '127.0.0.1', port });
      expect(error.message).toContain("does not speak Redis's protocol");
    });

    it('because it says something that only looks like a reply', async () => {
      const port = await stage.listen((socket) => {
        socket.on('data', () => socket.write('+hello\r\n'.repeat(10)));
      });
      const error = await refusal({ host: '127.0.0.1', port });
      expect(error.message).toMatch(/does not speak Redis's protocol|nobody asked for/);
    });

    it('because it hangs up', async () => {
      const port = await stage.listen((socket) => socket.end());
      const error = await refusal({ host: '127.0.0.1', port });
      expect(error.message).toContain(`127.0.0.1:${port}`);
    });

    it('because it requires a password', async () => {
      await stage.server.call('CONFIG', 'SET', 'requirepass', 'secret');
      const error = await refusal(stage.proxy.url);
      expect(error).toMatchObject({ fate: 'refused', scope: 'all' });
      expect(error.message).toContain('it requires a password');
    });

    it('because it refuses the password, which is not shown', async () => {
      await stage.server.call('CONFIG', 'SET', 'requirepass', 'secret');
      const error = await refusal({ port: stage.proxy.port, password: 'hunter2' });
      expect(error.message).toContain('it refuses the password');
      expect(`${error.message}${error.stack}`).not.toContain('hunter2');
    });

    it('because it has no such database', async () => {
      const error = await refusal(`${stage.proxy.url}/99`);
      expect(error.message).toContain('no database 99');
    });

    it('because it accepts no more clients', async () => {
      const others = [await stage.server.connect(), await stage.server.connect()];
      stage.atEnd(() => others.map((other) => other.close()));
      await stage.server.call('CONFIG', 'SET', 'maxclients', '3');
      for (let i = 0; i < 5; i++) {
        const error = await refusal(stage.proxy.url);
        expect(error.message).toMatch(/it accepts no more clients|no connection|failed|closed/);
      }
    });

    it('because it is a replica without its master', async () => {
      await stage.server.call('REPLICAOF', '127.0.0.1', String(await freePort()));
      await stage.server.call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
      const error = await refusal(stage.proxy.url);
      expect(error).toMatchObject({ fate: 'refused', scope: 'all' });
      expect(error.message).toContain('MASTERDOWN');
    });
  });
}
