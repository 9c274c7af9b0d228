"""The scripts of ``RedisAdapter``, in Lua. Redis runs each whole: no other command comes between.

A name in a key is written as JSON, as the fields of a hash are, so a script makes one from the other: the key of the
user of a session is ``KEYS[n]``, which ends in ``user:``, and the session's field ``user_id``.
"""

from __future__ import annotations

from collections.abc import Mapping

# HSET of ARGV[first] and on, names and values in turn; an empty value is a field that goes.
_WRITE = """
local function write(key, first, values)
  for at = first, #values, 2 do
    if values[at + 1] == '' then redis.call('HDEL', key, values[at])
    else redis.call('HSET', key, values[at], values[at + 1]) end
  end
end
"""

# The hash at a key as one text, a JSON object; false where there is none. The values are JSON already. A client reads
# one text far faster than each name and value.
_TEXT = """
local function text(key)
  local hash, fields = redis.call('HGETALL', key), {}
  for at = 1, #hash, 2 do table.insert(fields, '"' .. hash[at] .. '":' .. hash[at + 1]) end
  return #hash > 0 and '{' .. table.concat(fields, ',') .. '}'
end
"""

SCRIPTS: Mapping[str, str] = {
    "read": _TEXT + "return text(KEYS[1])",
    # The user whom the string KEYS[1] names.
    "read_by": _TEXT
    + """
local id = redis.call('GET', KEYS[1])
return id and text(KEYS[2] .. id)
""",
    # The user of the account KEYS[1].
    "read_owner": _TEXT
    + """
local id = redis.call('HGET', KEYS[1], 'user_id')
return id and text(KEYS[2] .. id)
""",
    "read_session": _TEXT
    + """
local id = redis.call('HGET', KEYS[1], 'user_id')
local user = id and text(KEYS[2] .. id)
return user and '[' .. text(KEYS[1]) .. ',' .. user .. ']'
""",
    # ARGV: the user's id and, where it changes, 'email'.
    "update_user": _WRITE
    + _TEXT
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local old, new = redis.call('HGET', KEYS[1], 'email'), false
for at = 3, #ARGV, 2 do if ARGV[at] == 'email' then new = ARGV[at + 1] end end
if ARGV[2] == 'email' and new ~= old then
  if new ~= '' then
    if redis.call('EXISTS', KEYS[2] .. new) == 1 then return 'conflict' end
    redis.call('SET', KEYS[2] .. new, ARGV[1])
  end
  if old then redis.call('DEL', KEYS[2] .. old) end
end
write(KEYS[1], 3, ARGV)
return text(KEYS[1])
""",
    # KEYS: user, accounts, sessions, and what an address's key begins with.
    "delete_user": """
local email = redis.call('HGET', KEYS[1], 'email')
if email then redis.call('DEL', KEYS[4] .. email) end
for _, key in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', key) end
for _, key in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do redis.call('DEL', key) end
return redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
""",
    # KEYS: user, account, the user's accounts.
    "link_account": _WRITE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
write(KEYS[2], 1, ARGV)
redis.call('SADD', KEYS[3], KEYS[2])
return 1
""",
    "unlink_account": """
local id = redis.call('HGET', KEYS[1], 'user_id')
if id then redis.call('SREM', KEYS[2] .. id, KEYS[1]) end
return redis.call('DEL', KEYS[1])
""",
    "list_accounts": _TEXT
    + """
local found = {}
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do table.insert(found, text(key)) end
return found
""",
    # Redis's own clock, which is the one by which keys expire: seconds and microseconds. KEYS: any, to find the node.
    "now": "return redis.call('TIME')",
    # KEYS: user, session, the user's sessions. ARGV: when it ends, in milliseconds.
    "create_session": _WRITE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
write(KEYS[2], 2, ARGV)
redis.call('PEXPIREAT', KEYS[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. redis.call('TIME')[1] .. '000')
redis.call('ZADD', KEYS[3], ARGV[1], KEYS[2])
return 1
""",
    # ARGV: when it ends, in milliseconds and as the field, and as what the field must still be.
    "update_session": _TEXT
    + """
local id = redis.call('HGET', KEYS[1], 'user_id')
if not id then return false end
if ARGV[3] == '' or redis.call('HGET', KEYS[1], 'expires') == ARGV[3] then
  redis.call('HSET', KEYS[1], 'expires', ARGV[2])
  redis.call('ZADD', KEYS[2] .. id, ARGV[1], KEYS[1])
  local found = text(KEYS[1])
  redis.call('PEXPIREAT', KEYS[1], ARGV[1])
  return found
end
return text(KEYS[1])
""",
    "delete_session": _TEXT
    + """
local found = text(KEYS[1])
local id = redis.call('HGET', KEYS[1], 'user_id')
if id then redis.call('ZREM', KEYS[2] .. id, KEYS[1]) end
redis.call('DEL', KEYS[1])
return found
""",
    "list_sessions": _TEXT
    + """
local found = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local session = text(key)
  if session then table.insert(found, session) else redis.call('ZREM', KEYS[1], key) end
end
return found
""",
    # KEYS: user, address, account, the user's accounts, session, the user's sessions. ARGV: the user's id, which of the
    # keys are given, when the session ends, and the three hashes as lists.
    "sign_up": _WRITE
    + """
local given = function(at) return string.sub(ARGV[2], at, at) == '1' end
for _, at in ipairs({2, 3, 5}) do
  if given(at) and redis.call('EXISTS', KEYS[at]) == 1 then return 0 end
end
write(KEYS[1], 1, cjson.decode(ARGV[4]))
if given(2) then redis.call('SET', KEYS[2], ARGV[1]) end
if given(3) then
  write(KEYS[3], 1, cjson.decode(ARGV[5]))
  redis.call('SADD', KEYS[4], KEYS[3])
end
if given(5) then
  write(KEYS[5], 1, cjson.decode(ARGV[6]))
  redis.call('PEXPIREAT', KEYS[5], ARGV[3])
  redis.call('ZADD', KEYS[6], ARGV[3], KEYS[5])
end
return 1
""",
    # ARGV: what the refresh token must still be, empty for none; then the fields.
    "swap_tokens": _WRITE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if (redis.call('HGET', KEYS[1], 'refresh_token') or '') ~= ARGV[1] then return 0 end
write(KEYS[1], 2, ARGV)
return 1
""",
}
