/** Lua: whether a key holds what a change expects. */
export const EXPECTATIONS = `
-- What keys hold as strings, if all were read at once: that is one call for many.
local held = args[4] == 'y' and call('MGET', unpack(keys, before_keys + 1))

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

-- Reads all that a change expects; whether it is so.
local function as_expected(head, key, i)
  local met = true
  if head.v then met = held[i] == take() end
  if head.a then met = call('EXISTS', key) == 0 end
  if head.w then met = expected(try('GET', key)) end
  if head.x and not fields_expected(key) then met = false end
  if head.d and not expires_as_expected(key, take()) then met = false end
  if head.e and call('EXISTS', key) == 0 then met = false end
  return met
end
`;
