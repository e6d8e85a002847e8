-- POSTs the lines of a file, one after another: token, tab, body. Each thread takes its share, so
-- that no line is sent twice by two threads, and has its requests ready, all but the key: the client
-- costs what sending costs, as pgbench's does beside it. At the end of its share a thread begins again
-- (only questions that store nothing are ever sent twice; the caller makes the file long enough for
-- others).
-- Environment: BODIES (file), ROUTE (path), KEYED (1: a fresh Idempotency-Key on each request),
-- SHARES (one a thread; 2 unless told).

local KEY = "the-key-of-this-request"
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
  thread:set("shares", tonumber(os.getenv("SHARES") or "2"))
end

function init(args)
  keyed = os.getenv("KEYED") == "1"
  heads, tails = {}, {}
  local at, route = 0, os.getenv("ROUTE")
  for line in io.lines(os.getenv("BODIES")) do
    if at % shares == number then
      local tab = string.find(line, "\t", 1, true)
      local text = wrk.format("POST", route, {
        ["Content-Type"] = "application/json",
        ["Authorization"] = "Bearer " .. string.sub(line, 1, tab - 1),
        ["Idempotency-Key"] = keyed and KEY or nil,
      }, string.sub(line, tab + 1))
      local first, last = string.find(text, KEY, 1, true)
      heads[#heads + 1] = keyed and string.sub(text, 1, first - 1) or text
      tails[#tails + 1] = keyed and string.sub(text, last + 1) or ""
    end
    at = at + 1
  end
  count, next_line = #heads, 0
  run = tostring(os.time()) .. "-" .. tostring(number) .. "-"
end

function request()
  local at = next_line % count + 1
  next_line = next_line + 1
  if not keyed then return heads[at] end
  return heads[at] .. run .. next_line .. tails[at]
end

-- One line for the caller: requests, seconds, milliseconds at p50 and p99, answers that were errors,
-- the slowest in milliseconds, and how many took longer than 50.
function done(summary, latency)
  local errors, slow = summary.errors, 0
  for i = 1, #latency do
    local took, count = latency(i)
    if took > 50000 then slow = slow + count end
  end
  io.write(string.format("RESULT %d %.3f %.3f %.3f %d %.3f %d\n", summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency.max / 1e3, slow))
end
