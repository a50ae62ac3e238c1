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

    it('warns of a password that nobody asked for, once', async () => {
      const { warnings, logger } = noted();
      const backend = await stage.open({ port: stage.proxy.port, password: 'pw' }, { logger });
      backend.abandon();
      await backend.connect();
      expect(warnings).toEqual([expect.stringContaining('needs no password')]);
    });

    it.each([
      ['scripts', ['~*', '-evalsha']],
      ['scripts that are sent whole', ['~*', '-eval']],
      ['our own keys', ['~app:*']],
    ])('warns of a user who may not use %s, once', async (_what, rights) => {
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '+@all', ...rights);
      const { warnings, logger } = noted();
      const target = `redis://app:pw@127.0.0.1:${stage.proxy.port}`;
      const backend = await stage.open(target, { logger });
      backend.abandon();
      await backend.connect();
      expect(warnings).toEqual([expect.stringContaining('will not be brought back')]);
    });

    it('asks for no key but those of the prefix and our own behind it', async () => {
      const rights = ['~app:*', '&*', '+@all'];
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', ...rights);
      const { warnings, logger } = noted();
      const target = `redis://app:pw@127.0.0.1:${stage.proxy.port}?keyPrefix=app:`;
      const backend = await stage.open(target, { logger });
      expect(await backend.ping()).toMatchObject({ writable: true });
      expect(await stage.server.call('ACL', 'LOG')).toEqual([]);
      expect(warnings).toEqual([]);
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

/** A logger, and what it has been warned of. */
function noted() {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  return { warnings, logger: { ...silentLogger, warn } };
}
