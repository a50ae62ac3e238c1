/**
 * Lua: stamps say when what a key holds was written by its caller. A stamp is `time digest`, where the digest tells whether
 * what is there is still what was stamped, and `-` stands for absence. Stamps of many keys share a hash, a *register*: a key
 * of its own for each would cost as much as the key itself. The entry of a key is one stamp or, if it was changed by fields,
 * a packed list of names and stamps: `.field` for a field, `=` for the key as a whole.
 */
export const STAMPS = `
-- What registers hold for the key of each change, and what this script leaves there.
local entries, left = {}, {}

-- Calls back for each register of a time (0 is the present one) with the numbers of the first and last change it is for.
local function each_register(age, visit)
  local last = 0
  for i = 1, registers do
    local first = last + 1
    last = last + tonumber(args[7 + 2 * i])
    visit(keys[1 + age * registers + i], first, last, args[8 + 2 * i])
  end
end

local function are_there(age)
  local before = 1 + age * registers
  return call('EXISTS', unpack(keys, before + 1, before + registers))
end

local function read_register(register, first, last)
  local found = call('HMGET', register, unpack(keys, before_keys + first, before_keys + last))
  for i = first, last do entries[i] = entries[i] or found[i - first + 1] end
end

local function read_registers()
  if registers == 0 then return 0 end
  each_register(0, read_register)
  for age = 1, (before_keys - 1) / registers - 1 do
    if are_there(age) > 0 then each_register(age, read_register) end
  end
  return are_there(0)
end

-- What was changed stays changed if stamps cannot be left.
local function write_registers(present)
  each_register(0, function(register, first, last, ends)
    local found = {}
    for i = first, last do
      if left[i] then
        found[#found + 1] = keys[before_keys + i]
        found[#found + 1] = left[i]
      end
    end
    if #found == 0 then return end
    try('HSET', register, unpack(found))
    if present < registers then try('PEXPIREAT', register, ends) end
  end)
end

local function stamped(time, text)
  return time .. ' ' .. (text and sub(sha1(text), 1, 20) or '-')
end

-- An entry as a list: name, stamp, name, stamp…
local function stamps_in(entry)
  if not entry then return {} end
  return sub(entry, 1, 1) == '{' and cmsgpack.unpack(sub(entry, 2)) or {'=', entry}
end

-- Adds the stamps of fields to those that there are.
local function stamp_fields(i, added)
  if #added == 0 then return end
  local places = {}
  for j = 1, #added, 2 do places[added[j]] = j end
  local before = stamps_in(entries[i])
  for j = 1, #before, 2 do
    if not places[before[j]] then
      added[#added + 1] = before[j]
      added[#added + 1] = before[j + 1]
    end
  end
  left[i] = '{' .. cmsgpack.pack(added)
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
local function times_of(key, entry)
  local stamps = stamps_in(entry)
  local times = {}
  for i = 1, #stamps, 2 do
    local time, wanted = match(stamps[i + 1], '^(%-?%d+) (.+)$')
    if time and still_fits(key, stamps[i], wanted) then
      times[#times + 1] = stamps[i]
      times[#times + 1] = time
    end
  end
  return times
end

-- Whether something that a change would replace was written later. Without names: anything of the key.
local function written_later(key, entry, time, names)
  local times = times_of(key, entry)
  for i = 1, #times, 2 do
    if tonumber(times[i + 1]) > time and (not names or names[times[i]]) then return true end
  end
  return false
end
`;
