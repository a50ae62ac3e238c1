import { ConfigurationError } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { compilePolicies, type KeyPolicy, mirroredPatterns } from '../src/index.js';

describe('key policies', () => {
  it('mirrors and brings back critical keys, and invalidates all others', () => {
    const policyOf = compilePolicies({ criticalKeys: ['session:*', 'config:app'] });
    expect(policyOf('session:1')).toMatchObject({ mirror: true, onRecovery: 'sync' });
    expect(policyOf('config:app')).toMatchObject({ mirror: true, onRecovery: 'sync' });
    expect(policyOf('config:app2')).toMatchObject({ mirror: false, onRecovery: 'invalidate' });
  });

  it('takes the first policy that matches', () => {
    const policyOf = compilePolicies({
      keyPolicies: [
        { match: 'a:*', onOutage: 'fail' },
        { match: '*', onRecovery: 'ignore' },
      ],
    });
    expect(policyOf('a:1')).toMatchObject({ onOutage: 'fail', onRecovery: 'invalidate' });
    expect(policyOf('b:1')).toMatchObject({ onOutage: 'serve', onRecovery: 'ignore' });
  });

  it('leaves open fields of a critical key as they are for critical keys', () => {
    const policyOf = compilePolicies({
      criticalKeys: ['session:*'],
      keyPolicies: [{ match: '*', onConflict: 'remote' }],
    });
    expect(policyOf('session:1')).toMatchObject({ onRecovery: 'sync', onConflict: 'remote' });
    expect(policyOf('page:1')).toMatchObject({ onRecovery: 'invalidate', onConflict: 'remote' });
  });

  it('lists the patterns to mirror once each', () => {
    expect(
      mirroredPatterns({
        criticalKeys: ['a:*'],
        keyPolicies: [
          { match: 'a:*', mirror: true },
          { match: 'b:*', mirror: true },
          { match: 'c:*' },
        ],
      }),
    ).toEqual(['a:*', 'b:*']);
  });

  it.each<[string, object, string]>([
    ['an empty glob', { criticalKeys: [''] }, 'criticalKeys[0]'],
    ['a glob that is no string', { criticalKeys: [7] }, 'criticalKeys[0]'],
    ['critical keys that are no list', { criticalKeys: 'a' }, 'criticalKeys'],
    ['policies that are no list', { keyPolicies: {} }, 'keyPolicies'],
    ['a policy that is no object', { keyPolicies: [null] }, 'keyPolicies[0]'],
    ['a policy without a pattern', { keyPolicies: [{}] }, 'keyPolicies[0].match'],
    [
      'an unknown word',
      { keyPolicies: [{ match: '*', onOutage: 'x' }] },
      'keyPolicies[0].onOutage',
    ],
    ['an unknown name', { keyPolicies: [{ match: '*', mirrors: true }] }, 'keyPolicies[0].mirrors'],
    [
      'a negative time',
      { keyPolicies: [{ match: '*', maxOutageTTL: -1 }] },
      'keyPolicies[0].maxOutageTTL',
    ],
    [
      'a rule that is neither',
      { keyPolicies: [{ match: '*', onConflict: 1 }] },
      'keyPolicies[0].onConflict',
    ],
  ])('refuses %s and names the option', (_, options, option) => {
    const compile = () =>
      compilePolicies(options as { criticalKeys: string[]; keyPolicies: KeyPolicy[] });
    expect(compile).toThrow(ConfigurationError);
    expect(compile).toThrow(expect.objectContaining({ option }));
  });
});
