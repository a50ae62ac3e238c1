/**
 * Lua: reading what `applyChanges` sends.
 *
 * `KEYS` holds the set of marks (ids of changes that were made), the registers of stamps, those of the present first, and
 * the key of each change. `ARGV` holds the latest instant at which this may run, the life of marks, how many registers there
 * are of each time, whether to read all keys ahead, then, as lists in JSON (one argument costs less than many short ones),
 * the marks of all changes, their heads, when they were written and their deadlines, then for each register how many changes
 * it is for and when it ends, and then what else each change needs.
 *
 * A head is a letter for the effect, a letter for each thing that is asked for, and how many arguments there are.
 */
export const ARGUMENTS = `
-- Locals are quicker than globals.
local call, try, sha1 = redis.call, redis.pcall, redis.sha1hex
local sub, match = string.sub, string.match
local keys, args = KEYS, ARGV

local registers = tonumber(args[3])
local ids, heads = cjson.decode(args[5]), cjson.decode(args[6])
local times, deadlines = cjson.decode(args[7]), cjson.decode(args[8])
local count = #ids
-- The key of a change is at its number plus this.
local before_keys = #keys - count
local marks = keys[1]
local cursor = 8 + 2 * registers

local function take()
  cursor = cursor + 1
  return args[cursor]
end

-- A counted list of arguments, left where it is: the indices of its first and last one.
local function span(width)
  local length = tonumber(take()) * width
  local first = cursor + 1
  cursor = cursor + length
  return first, cursor
end

local known_heads = {}

local function parse_head(head)
  local letters, others = match(head, '^(%a+)(%d+)$')
  local parsed = {kind = sub(letters, 1, 1), others = tonumber(others)}
  for i = 2, #letters do parsed[sub(letters, i, i)] = true end
  known_heads[head] = parsed
  return parsed
end
`;
