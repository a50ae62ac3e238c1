import type { Suite } from '../bench.js';
import { effects } from './apply/effects.js';
import { effectsOnFields } from './apply/effects-on-fields.js';
import { expectations } from './apply/expectations.js';
import { identity } from './apply/identity.js';

/** `apply`: typed changes, each one atomic, conditional, and made once. */
export function apply(suite: Suite): void {
  effects(suite);
  effectsOnFields(suite);
  expectations(suite);
  identity(suite);
}
