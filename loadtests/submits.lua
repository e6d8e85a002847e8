-- POSTs the lines of a file (token, tab, body) as new trips, each once: every thread takes its share
-- and has its requests ready, all but the key, so that the client costs what sending costs, as
-- pgbench does beside it. A thread that has come to the end of its share begins again; the caller
-- makes the file long enough.
-- Environment: BODIES (file), ROUTE (path).

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
  thread:set("shares", 2)
end

function init(args)
  heads, tails = {}, {}
  local route, host = os.getenv("ROUTE"), wrk.headers["Host"]
  local at = 0
  for line in io.lines(os.getenv("BODIES")) do
    if at % shares == number then
      local tab = string.find(line, "\t", 1, true)
      local body = string.sub(line, tab + 1)
      heads[#heads + 1] = "POST " .. route .. " HTTP/1.1\r\nHost: " .. host
        .. "\r\nContent-Type: application/json\r\nAuthorization: Bearer " .. string.sub(line, 1, tab - 1)
        .. "\r\nContent-Length: " .. #body .. "\r\nIdempotency-Key: "
      tails[#tails + 1] = "\r\n\r\n" .. body
    end
    at = at + 1
  end
  count = #heads
  next_line = 0
  run = tostring(os.time()) .. "-" .. tostring(number) .. "-"
end

function request()
  local at = next_line % count + 1
  next_line = next_line + 1
  return heads[at] .. run .. next_line .. tails[at]
end

-- As bodies.lua ends.
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
