/**
 * Lua: what changes do to keys. Each effect reads its arguments, acts, and leaves a stamp if it is given a time. A deadline
 * of `k` keeps the one there is, `n` removes it, anything else is the new one.
 *
 * Redis does not roll back what a script did before it failed, so that each effect checks or undoes by itself.
 */
export const EFFECTS = `
local effects = {}

local function set_deadline(key, deadline)
  if deadline == 'n' then
    call('PERSIST', key)
  elseif deadline ~= 'k' then
    call('PEXPIREAT', key, deadline)
  end
end

function effects.P(key, i, time, deadline)
  local value = take()
  if deadline == 'n' then
    call('SET', key, value)
  elseif deadline == 'k' then
    call('SET', key, value, 'KEEPTTL')
  else
    call('SET', key, value, 'PXAT', deadline)
  end
  if time then left[i] = stamped(time, value) end
end

function effects.I(key, i, time, deadline)
  local by, full = take(), take()
  if full ~= '' and call('EXISTS', key) == 0 then
    call('SET', key, full)
  else
    call('INCRBY', key, by)
  end
  if time then left[i] = stamped(time, call('GET', key)) end
  set_deadline(key, deadline)
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

function effects.D(key, i, time)
  call('DEL', key)
  if time then left[i] = stamped(time) end
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
`;
