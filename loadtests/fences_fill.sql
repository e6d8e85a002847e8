-- Fences for rows 2 and 14: eight corners each, half a kilometre to five across, as many in every
-- area. They advise and block nothing, so that what stands beside them is decided as without them.
-- :fences how many.

-- A number as the stored form of a shape has it: eight bytes, the lowest first, in hexadecimal.
CREATE FUNCTION pg_temp.stored(number double precision) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
SELECT string_agg(substr(h.digits, 2 * b.byte - 1, 2), '' ORDER BY b.byte DESC)
FROM encode(float8send(number), 'hex') AS h (digits)
CROSS JOIN generate_series(1, 8) AS b (byte)
$$;

CREATE TEMPORARY TABLE place AS
SELECT
    a.area_id,
    greatest(least(a.lon, 179), -179) AS lon,
    greatest(least(a.lat, 84), -84) AS lat,
    row_number() OVER (ORDER BY a.area_id) - 1 AS number
FROM area AS a;

-- one version of the shape, one part of one ring of nine positions, the last equal to the first
CREATE TEMPORARY TABLE made AS
SELECT
    f.n,
    f.area_id,
    decode('01' || '01000000' || '01000000' || '09000000' || s.corners, 'hex') AS shape
FROM (
    SELECT
        n, p.area_id, p.lon + random() * 0.4 - 0.2 AS lon,
        p.lat + random() * 0.4 - 0.2 AS lat, 0.0025 + random() * 0.02 AS half, random() AS turn
    FROM generate_series(1, :fences) AS n
    INNER JOIN place AS p ON p.number = n % (SELECT count(*) FROM place)
) AS f
CROSS JOIN LATERAL (
    SELECT
        string_agg(
            pg_temp.stored(f.lon + cos((k % 8 + f.turn) / 4 * pi()) * f.half)
            || pg_temp.stored(f.lat + sin((k % 8 + f.turn) / 4 * pi()) * f.half),
            '' ORDER BY k
        ) AS corners
    FROM generate_series(0, 8) AS k
) AS s;

BEGIN;
SELECT lock_world_exclusive();
UPDATE world_state SET version = version + 1, changed_at = sc_now();
INSERT INTO fence (fence_id, kind, name, effect, area_ids, shape, world_version)
SELECT gen_random_uuid(), 'advisory_zone', 'A fence of the load', 'advise', ARRAY[m.area_id],
    m.shape, w.version
FROM made AS m
CROSS JOIN world_state AS w;
SELECT pg_notify('world', version::text) FROM world_state;
COMMIT;
ANALYZE fence;
