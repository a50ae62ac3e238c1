import { defineScript } from '../run-script.js';
import { DESCRIBE_KEY } from './describe-key.js';

/**
 * Makes changes, each one atomically, conditionally, and once.
 *
 * `KEYS` holds the set of marks (ids of changes that were made), and then for each change its key and its stamp (says when
 * what the key holds was written). `ARGV` holds the latest instant at which this may run, the lives of marks and of stamps,
 * the marks of all changes, and then for each change its head and its other arguments, as `encodeChange` writes them.
 *
 * Answers for each change 1 (made), 0 (was made before), `{'error', message}` or `{'conflict', state, times}`.
 *
 * Redis does not roll back what a script did before it failed, so that each effect checks or undoes by itself.
 */
export const APPLY_CHANGES = defineScript(`${DESCRIBE_KEY}
-- Locals are quicker than globals.
local call, try, sha1 = redis.call, redis.pcall, redis.sha1hex
local sub, match = string.sub, string.match
local keys, args = KEYS, ARGV

local marks = keys[1]
local count = (#keys - 1) / 2
local cursor = 3 + count

local function take()
  cursor = cursor + 1
  return args[cursor]
end

-- A counted list of arguments, left where it is: the indices of its first and last one.
local function span(width)
  local count = tonumber(take()) * width
  local first = cursor + 1
  cursor = cursor + count
  return first, cursor
end

-- Stamps -------------------------------------------------------------------------------------------------------------
-- A stamp is 'time digest', where the digest tells whether what is there is still what was stamped, and '-' stands for
-- absence. The stamp of a string, or of a key's absence, is a string; those of fields are in a hash, '.field' each, and
-- '=' in it is the one of the key as a whole.

local function stamped(time, text)
  return time .. ' ' .. (text and sub(sha1(text), 1, 20) or '-')
end

local function still_fits(key, name, wanted)
  local found
  if name == '=' then
    if wanted == '-' then return call('EXISTS', key) == 0 end
    found = try('GET', key)
  else
    found = try('HGET', key, sub(name, 2))
    if wanted == '-' then return not found end
  end
  return type(found) == 'string' and sub(sha1(found), 1, 20) == wanted
end

-- The times of all stamps that still fit: name, time, name, time…
local function times_of(key, stamp)
  local found = try('GET', stamp)
  if not found then return {} end
  local all = type(found) == 'string' and {'=', found} or call('HGETALL', stamp)
  local times = {}
  for i = 1, #all, 2 do
    local time, wanted = match(all[i + 1], '^(%-?%d+) (.+)$')
    if time and still_fits(key, all[i], wanted) then
      times[#times + 1] = all[i]
      times[#times + 1] = time
    end
  end
  return times
end

-- Whether something that a change would replace was written later. Without names: anything of the key.
local function written_later(key, stamp, time, names)
  local times = times_of(key, stamp)
  for i = 1, #times, 2 do
    if tonumber(times[i + 1]) > time and (not names or names[times[i]]) then return true end
  end
  return false
end

-- Stamps left by this very script, which began when there may have been none.
local left = {}

local function stamp_key(stamp, time, text)
  left[stamp] = true
  call('SET', stamp, stamped(time, text), 'PX', args[3])
end

local function stamp_fields(stamp, stamps)
  if #stamps == 0 then return end
  left[stamp] = true
  local whole = try('GET', stamp)
  if type(whole) == 'string' then
    call('DEL', stamp)
    call('HSET', stamp, '=', whole)
  end
  for i = 1, #stamps, 1000 do
    call('HSET', stamp, unpack(stamps, i, math.min(i + 999, #stamps)))
  end
  call('PEXPIRE', stamp, args[3])
end

-- Expectations -------------------------------------------------------------------------------------------------------

-- Whether what is found (a text, false for absence, or a table for something that is no text) is what an argument says:
-- '-' for absence, else '=' and the text.
local function is(found, item)
  if item == '-' then return found == false end
  return type(found) == 'string' and #item == #found + 1 and sub(item, 2) == found
end

-- Reads a list of expected texts; whether one of them is there.
local function expected(found)
  local met = false
  local first, last = span(1)
  for i = first, last do met = met or is(found, args[i]) end
  return met
end

local function fields_expected(key)
  local met = true
  for _ = 1, tonumber(take()) do
    local field = take()
    if not expected(try('HGET', key, field)) then met = false end
  end
  return met
end

-- 'n' for never, else an instant; a second more or less is the same.
local function expires_as_expected(key, wanted)
  local at = expiry(key)
  if at == -2 then return true end
  if wanted == 'n' then return at == -1 end
  return at >= 0 and math.abs(at - tonumber(wanted)) <= 1000
end

-- Effects ------------------------------------------------------------------------------------------------------------
-- Each reads its arguments, acts, and leaves stamps if it is given a time. A deadline of 'k' keeps the one there is, 'n'
-- removes it, anything else is the new one.

local effects = {}

local function set_deadline(key, deadline)
  if deadline == 'n' then
    call('PERSIST', key)
  elseif deadline ~= 'k' then
    call('PEXPIREAT', key, deadline)
  end
end

local function set_fields(key, first, last)
  for i = first, last, 1000 do
    call('HSET', key, unpack(args, i, math.min(i + 999, last)))
  end
end

function effects.P(key, stamp, time, deadline)
  local value = take()
  if deadline == 'n' then
    call('SET', key, value)
  elseif deadline == 'k' then
    call('SET', key, value, 'KEEPTTL')
  else
    call('SET', key, value, 'PXAT', deadline)
  end
  if time then stamp_key(stamp, time, value) end
end

function effects.H(key, stamp, time, deadline)
  local first, last = span(2)
  if deadline == 'k' then
    local at = expiry(key)
    deadline = at > 0 and at or 'n'
  end
  call('DEL', key)
  set_fields(key, first, last)
  if deadline ~= 'n' then set_deadline(key, deadline) end
  if not time then return end
  if last < first then return stamp_key(stamp, time) end
  local stamps = {}
  for i = first, last, 2 do
    stamps[#stamps + 1] = '.' .. args[i]
    stamps[#stamps + 1] = stamped(time, args[i + 1])
  end
  call('DEL', stamp)
  stamp_fields(stamp, stamps)
end

function effects.I(key, stamp, time, deadline)
  local by, full = take(), take()
  if full ~= '' and call('EXISTS', key) == 0 then
    call('SET', key, full)
  else
    call('INCRBY', key, by)
  end
  if time then stamp_key(stamp, time, call('GET', key)) end
  set_deadline(key, deadline)
end

-- Adds to fields; if one of them cannot be added to, what was done before is undone: 'before' holds fields and old texts.
local function increment_fields(key, first, last, before)
  for i = first, last, 2 do
    local old = call('HGET', key, args[i])
    local reply = try('HINCRBY', key, args[i], args[i + 1])
    if type(reply) == 'table' then
      for j = 1, #before, 2 do
        if before[j + 1] then
          call('HSET', key, before[j], before[j + 1])
        else
          call('HDEL', key, before[j])
        end
      end
      error(reply)
    end
    before[#before + 1] = args[i]
    before[#before + 1] = old
  end
end

function effects.F(key, stamp, time, deadline)
  local set_first, set_last = span(2)
  local fill_first, fill_last = span(2)
  local add_first, add_last = span(2)
  local remove_first, remove_last = span(1)
  local stamps = {}
  local function note(field, text)
    if not time then return end
    stamps[#stamps + 1] = '.' .. field
    stamps[#stamps + 1] = stamped(time, text)
  end
  -- Additions may fail, and so come before all that is not undone; removals come last, or they might end the key and its
  -- deadline.
  local before = {}
  for i = fill_first, fill_last, 2 do
    if call('HSETNX', key, args[i], args[i + 1]) == 1 then
      before[#before + 1] = args[i]
      before[#before + 1] = false
      note(args[i], args[i + 1])
    end
  end
  increment_fields(key, add_first, add_last, before)
  set_fields(key, set_first, set_last)
  for i = remove_first, remove_last do
    call('HDEL', key, args[i])
    note(args[i])
  end
  for i = set_first, set_last, 2 do note(args[i], args[i + 1]) end
  if time then
    for i = add_first, add_last, 2 do note(args[i], call('HGET', key, args[i])) end
  end
  set_deadline(key, deadline)
  stamp_fields(stamp, stamps)
end

function effects.T(key, _, _, deadline)
  set_deadline(key, deadline)
end

-- The same, but only if that brings the key's end nearer.
function effects.E(key, _, _, deadline)
  if deadline == 'n' then return end
  local at = expiry(key)
  if at == -1 or at > tonumber(deadline) then set_deadline(key, deadline) end
end

function effects.D(key, stamp, time)
  call('DEL', key)
  if time then stamp_key(stamp, time) end
end

-- Deletes everything but the marks, without which what was made before could be made again, and the epoch marker.
function effects.Z()
  local epoch, word, life = take(), take(), take()
  local kept = call('SMEMBERS', marks)
  call('FLUSHALL')
  for i = 1, #kept, 1000 do
    call('SADD', marks, unpack(kept, i, math.min(i + 999, #kept)))
  end
  if epoch ~= '' then call('SET', epoch, word, 'PX', life) end
end

-- What the stamps of a change would replace: nothing for additions and deadlines, the fields it names, or the whole key.
local function touches_nothing(kind)
  return kind == 'I' or kind == 'T' or kind == 'E' or kind == 'Z'
end

local function touched_fields()
  local names = {['='] = true}
  local at = cursor
  for list = 1, 4 do
    local width = list == 4 and 1 or 2
    local first, last = span(width)
    if list ~= 3 then
      for i = first, last, width do names['.' .. args[i]] = true end
    end
  end
  cursor = at
  return names
end

-- One change ---------------------------------------------------------------------------------------------------------

local known_flags = {}

local function parse_flags(flags)
  local parsed = {kind = sub(flags, 1, 1)}
  for i = 2, #flags do parsed[sub(flags, i, i)] = true end
  parsed.free = parsed.f or touches_nothing(parsed.kind)
  parsed.act = effects[parsed.kind]
  known_flags[flags] = parsed
  return parsed
end

local some_stamps

local function change(key, stamp, letters, time, deadline, ends)
  local flags = known_flags[letters] or parse_flags(letters)
  local met = true
  if flags.v then met = is(try('GET', key), take()) end
  if flags.w then met = expected(try('GET', key)) end
  if flags.x and not fields_expected(key) then met = false end
  if flags.d and not expires_as_expected(key, ends) then met = false end
  if flags.e and call('EXISTS', key) == 0 then met = false end
  if met and not flags.free and (some_stamps or left[stamp]) then
    met = not written_later(key, stamp, tonumber(time), flags.kind == 'F' and touched_fields())
  end
  if not met then return {'conflict', describe(key), times_of(key, stamp)} end
  flags.act(key, stamp, flags.s and time, deadline)
  return 1
end

local function message_of(problem)
  local text = type(problem) == 'table' and problem.err or tostring(problem)
  return (string.gsub(text, '^@?user_script:%s*%d+:%s*', ''))
end

local time = call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(args[1]) then
  return redis.error_reply('LATE changes reached the server after their deadline')
end
-- All marks are set before anything is changed: a server that refuses writes refuses the script as a whole.
local made = call('SMISMEMBER', marks, unpack(args, 4, 3 + count))
call('SADD', marks, unpack(args, 4, 3 + count))
call('PEXPIRE', marks, args[2])

local stamps = {}
for i = 1, count do stamps[i] = keys[2 * i + 1] end
some_stamps = call('EXISTS', unpack(stamps)) > 0

local outcomes = {}
local unmade = {}
for i = 1, count do
  local others, letters, instant, deadline, ends = match(take(), '^(%d+) (%a+) (%-?%d+) (%S+) (%S+)$')
  local following = cursor + others
  if made[i] == 1 then
    outcomes[i] = 0
  else
    local ok, outcome = pcall(change, keys[2 * i], keys[2 * i + 1], letters, instant, deadline, ends)
    if not ok then outcome = {'error', message_of(outcome)} end
    if outcome ~= 1 then unmade[#unmade + 1] = args[3 + i] end
    outcomes[i] = outcome
  end
  cursor = following
end
if #unmade > 0 then call('SREM', marks, unpack(unmade)) end
return outcomes
`);
