import { silentLogger } from '@cachefb/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stage } from './stage.js';
import type { MakeBackend } from './subject.js';

/** Users, passwords, and what an ACL forbids. */
export function loggingIn(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('logging in', () => {
    it('works by user and password, in a database, under a name', async () => {
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all');
      const backend = await stage.open(`redis://app:pw@127.0.0.1:${stage.proxy.port}/5`, {
        name: 'here',
      });
      await backend.set('k', 'v');
      expect(await stage.clientIds('here')).toHaveLength(1);
      const raw = await stage.server.connect();
      stage.atEnd(() => raw.close());
      await raw.call('SELECT', '5');
      expect(await raw.call('GET', 'k')).toBe('v');
    });

    it('warns of a password that nobody asked for', async () => {
      const warnings: string[] = [];
      const logger = {
        ...silentLogger,
        warn: (message: string) => {
          warnings.push(message);
        },
      };
      await stage.open({ port: stage.proxy.port, password: 'pw' }, { logger });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('needs no password');
    });

    it('goes without what an ACL forbids', async () => {
      const rights = ['on', '>pw', '~*', '+@all', '-info', '-client', '-time', '-exists'];
      await stage.server.call('ACL', 'SETUSER', 'app', ...rights);
      const backend = await stage.open(`redis://app:pw@127.0.0.1:${stage.proxy.port}`, {
        name: 'x',
      });
      const status = await backend.ping();
      expect(status).toMatchObject({ writable: true, emptied: false });
      expect(status.instance).toBeUndefined();
      expect(status.uptime).toBeUndefined();
      expect(await backend.set('k', 'v')).toBe('OK');
      backend.abandon();
      await backend.connect();
      expect(await backend.settleAbandoned()).toBe(false);
    });

    it('goes without our own keys where only others are permitted', async () => {
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~app:*', '+@all');
      const backend = await stage.open(`redis://app:pw@127.0.0.1:${stage.proxy.port}`);
      expect(await backend.ping()).toMatchObject({ writable: true, emptied: false });
      expect(await backend.set('app:k', 'v')).toBe('OK');
      await expect(backend.set('k', 'v')).rejects.toThrow(/^NOPERM/);
    });
  });
}
