import { defineScript } from '../../run-script.js';
import { DESCRIBE_KEY } from '../describe-key.js';
import { ARGUMENTS } from './arguments.js';
import { EFFECTS } from './effects.js';
import { EXPECTATIONS } from './expectations.js';
import { HASH_EFFECTS } from './hash-effects.js';
import { STAMPS } from './stamps.js';

/**
 * Makes changes of different keys, each one atomically, conditionally, and once.
 *
 * Answers for each change 1 (made), 0 (was made before), `{'error', message}` or `{'conflict', state, times}`.
 */
export const APPLY_CHANGES = defineScript(`${DESCRIBE_KEY}${ARGUMENTS}
local time = call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(args[1]) then
  return redis.error_reply('LATE changes reached the server after their deadline')
end
${STAMPS}${EXPECTATIONS}${EFFECTS}${HASH_EFFECTS}
local function change(head, i)
  local key = keys[before_keys + i]
  local met = as_expected(head, key, i)
  if met and head.l and entries[i] then
    met = not written_later(key, entries[i], tonumber(times[i]), head.kind == 'F' and touched_fields())
  end
  if not met then return {'conflict', describe(key), times_of(key, entries[i])} end
  effects[head.kind](key, i, head.s and times[i], deadlines[i])
  return 1
end

local function message_of(problem)
  local text = type(problem) == 'table' and problem.err or tostring(problem)
  return (string.gsub(text, '^@?user_script:%s*%d+:%s*', ''))
end

local present = read_registers()
local made = call('SMISMEMBER', marks, unpack(ids))
-- The first command that writes has to be one that a full server refuses. What may not be permitted is tried with a mark
-- that nobody has, before anything is marked or changed: a mark without its effect would be a loss.
call('SADD', marks, '-1')
call('PEXPIRE', marks, args[2])
call('SREM', marks, '-1')
call('SADD', marks, unpack(ids))
call('PEXPIRE', marks, args[2])

local outcomes, unmade = {}, {}
for i = 1, count do
  local head = known_heads[heads[i]] or parse_head(heads[i])
  local following = cursor + head.others
  if made[i] == 1 then
    outcomes[i] = 0
  else
    local ok, outcome = pcall(change, head, i)
    if not ok then outcome = {'error', message_of(outcome)} end
    if outcome ~= 1 then unmade[#unmade + 1] = ids[i] end
    outcomes[i] = outcome
  end
  cursor = following
end
if #unmade > 0 then call('SREM', marks, unpack(unmade)) end
write_registers(present)
return outcomes
`);
