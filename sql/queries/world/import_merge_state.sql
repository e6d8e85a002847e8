-- Standings of areas that have none yet.
INSERT INTO area_state
SELECT * FROM area_state_in
ON CONFLICT (area_id) DO NOTHING
