/** Lua: what changes do to hashes, as {@link EFFECTS} do to other keys. */
export const HASH_EFFECTS = `
local function set_fields(key, first, last)
  for i = first, last, 1000 do
    call('HSET', key, unpack(args, i, math.min(i + 999, last)))
  end
end

function effects.H(key, i, time, deadline)
  local first, last = span(2)
  if deadline == 'k' then
    local at = expiry(key)
    deadline = at > 0 and at or 'n'
  end
  call('DEL', key)
  set_fields(key, first, last)
  if deadline ~= 'n' then set_deadline(key, deadline) end
  if not time then return end
  if last < first then
    left[i] = stamped(time)
    return
  end
  local stamps = {}
  for j = first, last, 2 do
    stamps[#stamps + 1] = '.' .. args[j]
    stamps[#stamps + 1] = stamped(time, args[j + 1])
  end
  entries[i] = false
  stamp_fields(i, stamps)
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

function effects.F(key, i, time, deadline)
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
  for j = fill_first, fill_last, 2 do
    if call('HSETNX', key, args[j], args[j + 1]) == 1 then
      before[#before + 1] = args[j]
      before[#before + 1] = false
      note(args[j], args[j + 1])
    end
  end
  increment_fields(key, add_first, add_last, before)
  set_fields(key, set_first, set_last)
  for j = remove_first, remove_last do
    call('HDEL', key, args[j])
    note(args[j])
  end
  for j = set_first, set_last, 2 do note(args[j], args[j + 1]) end
  if time then
    for j = add_first, add_last, 2 do note(args[j], call('HGET', key, args[j])) end
  end
  set_deadline(key, deadline)
  stamp_fields(i, stamps)
end

-- The names in the stamps of what a change of fields would replace: what it fills in or adds to fields replaces nothing.
local function touched_fields()
  local names = {['='] = true}
  local at = cursor
  for list = 1, 4 do
    local width = list == 4 and 1 or 2
    local first, last = span(width)
    if list == 1 or list == 4 then
      for j = first, last, width do names['.' .. args[j]] = true end
    end
  end
  cursor = at
  return names
end
`;
