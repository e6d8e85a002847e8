-- Approvers who take the next item: the lines of BODIES as bodies.lua sends them, and the id of every
-- item that was answered, one a line, in CLAIMED.<thread>. PAUSE (milliseconds): as long on average does
-- each connection wait before it asks again.

dofile("bodies.lua")

local begin = init
local pause = tonumber(os.getenv("PAUSE") or "0")

function init(args)
  begin(args)
  math.randomseed(os.time() + number)
  claimed = io.open(os.getenv("CLAIMED") .. "." .. number, "w")
  claimed:setvbuf("line")
end

if pause > 0 then
  function delay() return math.random(0, 2 * pause) end
end

function response(status, headers, body)
  if status ~= 200 then return end
  local id = string.match(body, '"clearance_id":"([^"]+)"')
  claimed:write(id or "none", "\n")
end
