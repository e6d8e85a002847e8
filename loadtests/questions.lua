-- GETs the lines of a file in turn: token, tab, path with query. The requests are ready before.
-- Environment: QUESTIONS (file).

function init(args)
  requests = {}
  for line in io.lines(os.getenv("QUESTIONS")) do
    local tab = string.find(line, "\t", 1, true)
    requests[#requests + 1] = wrk.format("GET", string.sub(line, tab + 1),
      { ["Authorization"] = "Bearer " .. string.sub(line, 1, tab - 1) })
  end
  count, next_request = #requests, 0
end

function request()
  next_request = next_request + 1
  return requests[(next_request - 1) % count + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %.3f %.3f %.3f %d\n", summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
