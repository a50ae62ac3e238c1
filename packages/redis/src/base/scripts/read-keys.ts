import { defineScript } from '../run-script.js';
import { DESCRIBE_KEY } from './describe-key.js';

/** The state of every key in `KEYS`, all of one instant. */
export const READ_KEYS = defineScript(`${DESCRIBE_KEY}
local states = {}
for i, key in ipairs(KEYS) do states[i] = describe(key) end
return states
`);
