/**
 * Lua: `describe(key)` answers a key's type, content and instant of expiry (server's clock, milliseconds; -1 for none),
 * `expiry(key)` the last alone (-2 without the key).
 */
export const DESCRIBE_KEY = `
local function expiry(key)
  local at = redis.pcall('PEXPIRETIME', key)
  if type(at) == 'number' then return at end
  -- Before Redis 7: asked in this order, the sum is never too late.
  local time = redis.call('TIME')
  local left = redis.call('PTTL', key)
  if left < 0 then return left end
  return time[1] * 1000 + math.floor(time[2] / 1000) + left
end

local function describe(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return {kind} end
  if kind == 'string' then return {kind, expiry(key), redis.call('GET', key)} end
  if kind == 'hash' then return {kind, expiry(key), redis.call('HGETALL', key)} end
  return {kind, expiry(key)}
end
`;
