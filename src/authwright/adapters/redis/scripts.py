"""The Lua scripts of ``RedisAdapter``. Redis runs each script atomically: no other command runs in between.

The names in keys are JSON, like the fields of a hash, so a script can build a key from a field. For example, the key of
a session's user is ``KEYS[n]``, which ends in ``user:``, followed by the field ``user_id`` of the session.
"""

from __future__ import annotations

from collections.abc import Mapping

# Write alternating names and values, starting at values[first], into the hash *key*. An empty value deletes the field.
_WRITE = """
local function write(key, first, values)
  for at = first, #values, 2 do
    if values[at + 1] == '' then redis.call('HDEL', key, values[at])
    else redis.call('HSET', key, values[at], values[at + 1]) end
  end
end
"""

# Return the hash at a key as one JSON object, or false if the hash does not exist. The values are JSON already. A
# client reads one string much faster than separate names and values.
_TEXT = """
local function text(key)
  local hash, fields = redis.call('HGETALL', key), {}
  for at = 1, #hash, 2 do table.insert(fields, '"' .. hash[at] .. '":' .. hash[at + 1]) end
  return #hash > 0 and '{' .. table.concat(fields, ',') .. '}'
end
"""

SCRIPTS: Mapping[str, str] = {
    "read": _TEXT + "return text(KEYS[1])",
    # The user whose id is stored at KEYS[1].
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
    # KEYS: user, prefix of the keys of e-mail addresses. ARGV: the user's id, 'email' if the address changes (else ''),
    # then the fields.
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
    # KEYS: user, the user's accounts, the user's sessions, prefix of the keys of e-mail addresses.
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
    # Redis's clock, by which keys expire: seconds and microseconds. KEYS: any key, to choose the node of a cluster.
    "now": "return redis.call('TIME')",
    # KEYS: user, session, the user's sessions. ARGV: the expiry in milliseconds, then the fields.
    "create_session": _WRITE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
write(KEYS[2], 2, ARGV)
redis.call('PEXPIREAT', KEYS[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. redis.call('TIME')[1] .. '000')
redis.call('ZADD', KEYS[3], ARGV[1], KEYS[2])
return 1
""",
    # KEYS: session, prefix of the keys of users' sessions. ARGV: the new expiry in milliseconds, the new expiry as the
    # field's value, and the expected value of the field (empty for any).
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
    # KEYS: user, e-mail address, account, the user's accounts, session, the user's sessions. ARGV: the user's id, a
    # string with a flag (0 or 1) for each key, the session's expiry in milliseconds, and the fields of the user, the
    # account and the session as JSON lists.
    "sign_up": _WRITE
    + """
local present = function(at) return string.sub(ARGV[2], at, at) == '1' end
for _, at in ipairs({2, 3, 5}) do
  if present(at) and redis.call('EXISTS', KEYS[at]) == 1 then return 0 end
end
write(KEYS[1], 1, cjson.decode(ARGV[4]))
if present(2) then redis.call('SET', KEYS[2], ARGV[1]) end
if present(3) then
  write(KEYS[3], 1, cjson.decode(ARGV[5]))
  redis.call('SADD', KEYS[4], KEYS[3])
end
if present(5) then
  write(KEYS[5], 1, cjson.decode(ARGV[6]))
  redis.call('PEXPIREAT', KEYS[5], ARGV[3])
  redis.call('ZADD', KEYS[6], ARGV[3], KEYS[5])
end
return 1
""",
    # KEYS: account. ARGV: the expected refresh token (empty if there must be none), then the fields.
    "swap_tokens": _WRITE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if (redis.call('HGET', KEYS[1], 'refresh_token') or '') ~= ARGV[1] then return 0 end
write(KEYS[1], 2, ARGV)
return 1
""",
}
