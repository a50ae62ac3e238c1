import { defineScript } from '../run-script.js';
import { DESCRIBE_KEY } from './describe-key.js';

/**
 * Makes changes, each one atomically, conditionally, and once.
 *
 * `KEYS` holds three for each change: the key, its mark (says that the change was made) and its stamp (says when what the
 * key holds was written). `ARGV` holds the latest instant at which this may run, the lives of marks and of stamps, and
 * then for each change the number of its arguments and those arguments, as `encodeChange` writes them.
 *
 * Answers for each change 1 (made), 0 (was made before), `{'error', message}` or `{'conflict', state, times}`.
 *
 * Redis does not roll back what a script did before it failed, so that each effect checks or undoes by itself.
 */
export const APPLY_CHANGES = defineScript(`${DESCRIBE_KEY}
local cursor = 3

local function take()
  cursor = cursor + 1
  return ARGV[cursor]
end

-- A counted list of arguments, left where it is: the indices of its first and last one.
local function span(width)
  local count = tonumber(take()) * width
  local first = cursor + 1
  cursor = cursor + count
  return first, cursor
end

local function has(flags, letter)
  return string.find(flags, letter, 2, true) ~= nil
end

-- Stamps -------------------------------------------------------------------------------------------------------------
-- A hash: '=' for the key as a whole (a string, or its absence), '.field' for a field; each 'time digest', where the
-- digest tells whether what is there is still what was stamped, and '-' stands for absence.

local function digest(text)
  return string.sub(redis.sha1hex(text), 1, 20)
end

local function stamped(time, text)
  return time .. ' ' .. (text and digest(text) or '-')
end

local function still_fits(key, name, wanted)
  local found
  if name == '=' then
    if wanted == '-' then return redis.call('EXISTS', key) == 0 end
    found = redis.pcall('GET', key)
  else
    found = redis.pcall('HGET', key, string.sub(name, 2))
    if wanted == '-' then return not found end
  end
  return type(found) == 'string' and digest(found) == wanted
end

-- The time of one stamp, or nil if it no longer fits.
local function time_of(key, name, text)
  if not text then return nil end
  local time, wanted = string.match(text, '^(%-?%d+) (.+)$')
  if time and still_fits(key, name, wanted) then return tonumber(time) end
  return nil
end

-- Whether something that this change would replace was written later. Without names: anything of the key.
local function written_later(key, stamp, time, names)
  if redis.call('EXISTS', stamp) == 0 then return false end
  if names then
    for _, name in ipairs(names) do
      local found = time_of(key, name, redis.call('HGET', stamp, name))
      if found and found > time then return true end
    end
    return false
  end
  local all = redis.call('HGETALL', stamp)
  for i = 1, #all, 2 do
    local found = time_of(key, all[i], all[i + 1])
    if found and found > time then return true end
  end
  return false
end

local function conflict(key, stamp)
  local times = {}
  local all = redis.call('HGETALL', stamp)
  for i = 1, #all, 2 do
    local found = time_of(key, all[i], all[i + 1])
    if found then
      times[#times + 1] = all[i]
      times[#times + 1] = string.format('%.0f', found)
    end
  end
  return {'conflict', describe(key), times}
end

local function leave_stamp(stamp, fields)
  for i = 1, #fields, 1000 do
    redis.call('HSET', stamp, unpack(fields, i, math.min(i + 999, #fields)))
  end
  redis.call('PEXPIRE', stamp, ARGV[3])
end

-- Expectations -------------------------------------------------------------------------------------------------------

-- Reads a list of expected texts ('-' for absence, else '=' and the text); whether one of them is there.
-- 'found' is a text, false for absence, or nil for something that is no text.
local function expected(found)
  local first, last = span(1)
  for i = first, last do
    local item = ARGV[i]
    if item == '-' then
      if found == false then return true end
    elseif found and string.sub(item, 2) == found then
      return true
    end
  end
  return false
end

local function text_at(found)
  if type(found) == 'table' then return nil end
  return found
end

local function meets_expectations(key, flags)
  if has(flags, 'v') and not expected(text_at(redis.pcall('GET', key))) then return false end
  if not has(flags, 'x') then return true end
  for _ = 1, tonumber(take()) do
    local field = take()
    if not expected(text_at(redis.pcall('HGET', key, field))) then return false end
  end
  return true
end

-- Effects ------------------------------------------------------------------------------------------------------------
-- Each reads its arguments and answers what it may conflict with (true: anything of the key; a list of stamp names;
-- nil: nothing) and a function that does it and answers the stamps to leave.

local effects = {}

-- 'k' keeps the deadline, 'n' removes it, anything else is the new one.
local function set_deadline(key, deadline)
  if deadline == 'n' then
    redis.call('PERSIST', key)
  elseif deadline ~= 'k' then
    redis.call('PEXPIREAT', key, deadline)
  end
end

local function set_fields(key, first, last)
  for i = first, last, 1000 do
    redis.call('HSET', key, unpack(ARGV, i, math.min(i + 999, last)))
  end
end

function effects.P(key)
  local deadline, value = take(), take()
  return true, function(stamp, time)
    if deadline == 'n' then
      redis.call('SET', key, value)
    elseif deadline == 'k' then
      redis.call('SET', key, value, 'KEEPTTL')
    else
      redis.call('SET', key, value, 'PXAT', deadline)
    end
    if not time then return end
    redis.call('DEL', stamp)
    return {'=', stamped(time, value)}
  end
end

function effects.H(key)
  local deadline = take()
  local first, last = span(2)
  return true, function(stamp, time)
    if deadline == 'k' then
      local at = expiry(key)
      deadline = at > 0 and at or 'n'
    end
    redis.call('DEL', key)
    set_fields(key, first, last)
    if deadline ~= 'n' then set_deadline(key, deadline) end
    if not time then return end
    redis.call('DEL', stamp)
    if last < first then return {'=', stamped(time)} end
    local stamps = {}
    for i = first, last, 2 do
      stamps[#stamps + 1] = '.' .. ARGV[i]
      stamps[#stamps + 1] = stamped(time, ARGV[i + 1])
    end
    return stamps
  end
end

function effects.I(key)
  local deadline, by, full = take(), take(), take()
  return nil, function(_, time)
    if full ~= '' and redis.call('EXISTS', key) == 0 then
      redis.call('SET', key, full)
    else
      redis.call('INCRBY', key, by)
    end
    local value = time and redis.call('GET', key)
    set_deadline(key, deadline)
    if time then return {'=', stamped(time, value)} end
  end
end

-- Adds to fields; if one of them cannot be added to, those before it are put back.
local function increment_fields(key, first, last)
  local before = {}
  for i = first, last, 2 do
    local old = redis.call('HGET', key, ARGV[i])
    local reply = redis.pcall('HINCRBY', key, ARGV[i], ARGV[i + 1])
    if type(reply) == 'table' then
      for j = 1, #before, 2 do
        if before[j + 1] then
          redis.call('HSET', key, before[j], before[j + 1])
        else
          redis.call('HDEL', key, before[j])
        end
      end
      error(reply)
    end
    before[#before + 1] = ARGV[i]
    before[#before + 1] = old
  end
end

function effects.F(key)
  local deadline = take()
  local set_first, set_last = span(2)
  local fill_first, fill_last = span(2)
  local add_first, add_last = span(2)
  local remove_first, remove_last = span(1)
  local names = {'='}
  for i = set_first, set_last, 2 do names[#names + 1] = '.' .. ARGV[i] end
  for i = fill_first, fill_last, 2 do names[#names + 1] = '.' .. ARGV[i] end
  for i = remove_first, remove_last do names[#names + 1] = '.' .. ARGV[i] end
  return names, function(_, time)
    local stamps = {}
    local function note(field, text)
      if not time then return end
      stamps[#stamps + 1] = '.' .. field
      stamps[#stamps + 1] = stamped(time, text)
    end
    -- Additions may fail, and so come first; removals come last, or they might end the key and its deadline.
    increment_fields(key, add_first, add_last)
    set_fields(key, set_first, set_last)
    for i = fill_first, fill_last, 2 do
      if redis.call('HSETNX', key, ARGV[i], ARGV[i + 1]) == 1 then note(ARGV[i], ARGV[i + 1]) end
    end
    for i = remove_first, remove_last do
      redis.call('HDEL', key, ARGV[i])
      note(ARGV[i])
    end
    for i = set_first, set_last, 2 do note(ARGV[i], ARGV[i + 1]) end
    if time then
      for i = add_first, add_last, 2 do note(ARGV[i], redis.call('HGET', key, ARGV[i])) end
    end
    set_deadline(key, deadline)
    return stamps
  end
end

function effects.T(key, flags)
  local deadline = take()
  return nil, function()
    if has(flags, 'e') then
      if deadline == 'n' then return end
      local at = expiry(key)
      if at >= 0 and at <= tonumber(deadline) then return end
    end
    set_deadline(key, deadline)
  end
end

function effects.D(key)
  return true, function(stamp, time)
    redis.call('DEL', key)
    if not time then return end
    redis.call('DEL', stamp)
    return {'=', stamped(time)}
  end
end

-- Deletes everything, then puts back the epoch marker and, by its caller, the mark.
function effects.Z()
  local epoch, word, life = take(), take(), take()
  return nil, function()
    redis.call('FLUSHALL')
    if epoch ~= '' then redis.call('SET', epoch, word, 'PX', life) end
  end
end

-- One change ---------------------------------------------------------------------------------------------------------

local function change(key, mark, stamp)
  if not redis.call('SET', mark, '', 'PX', ARGV[2], 'NX') then return 0 end
  local flags, time = take(), take()
  local kind = string.sub(flags, 1, 1)
  local touches, act = effects[kind](key, flags)
  local refuses = not meets_expectations(key, flags)
  if not refuses and touches and not has(flags, 'f') then
    refuses = written_later(key, stamp, tonumber(time), touches ~= true and touches)
  end
  if refuses then
    redis.call('DEL', mark)
    return conflict(key, stamp)
  end
  local stamps = act(stamp, has(flags, 's') and time)
  if stamps and #stamps > 0 then leave_stamp(stamp, stamps) end
  if kind == 'Z' then redis.call('SET', mark, '', 'PX', ARGV[2]) end
  return 1
end

local function message_of(problem)
  local text = type(problem) == 'table' and problem.err or tostring(problem)
  return (string.gsub(text, '^@?user_script:%s*%d+:%s*', ''))
end

local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then
  return redis.error_reply('LATE changes reached the server after their deadline')
end
local outcomes = {}
for i = 1, #KEYS, 3 do
  local size = tonumber(take())
  local following = cursor + size
  local ok, outcome = pcall(change, KEYS[i], KEYS[i + 1], KEYS[i + 2])
  if not ok then
    redis.pcall('DEL', KEYS[i + 1])
    outcome = {'error', message_of(outcome)}
  end
  outcomes[#outcomes + 1] = outcome
  cursor = following
end
return outcomes
`);
