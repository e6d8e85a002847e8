-- POSTs the lines of a file, one after another: token, tab, body. Each thread takes its share, so
-- that no line is sent twice by two threads; at the end of its share a thread begins again (only
-- questions that store nothing are ever sent twice; the caller makes the file long enough for others).
-- Environment: BODIES (file), ROUTE (path), KEYED (1: a fresh Idempotency-Key on each request),
-- SHARES (one a thread; 2 unless told).

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
  thread:set("shares", tonumber(os.getenv("SHARES") or "2"))
end

function init(args)
  lines = {}
  local at = 0
  for line in io.lines(os.getenv("BODIES")) do
    if at % shares == number then lines[#lines + 1] = line end
    at = at + 1
  end
  next_line = 0
  run = tostring(os.time()) .. "-" .. tostring(number) .. "-"
  keyed = os.getenv("KEYED") == "1"
  route = os.getenv("ROUTE")
end

function request()
  next_line = next_line + 1
  local line = lines[(next_line - 1) % #lines + 1]
  local tab = string.find(line, "\t", 1, true)
  local headers = {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. string.sub(line, 1, tab - 1),
  }
  if keyed then headers["Idempotency-Key"] = run .. next_line end
  return wrk.format("POST", route, headers, string.sub(line, tab + 1))
end

function response(status)
  if status >= 400 then refused = (refused or 0) + 1 end
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
