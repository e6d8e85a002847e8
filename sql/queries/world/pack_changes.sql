-- What of an area's pack is not as it was in a version of the world: fences that touch it or once
-- did, and whether the data was imported since. $1 area, $2 version.
SELECT
    w.data_version > $2 AS is_other_world,
    ARRAY(
        SELECT f.fence_id
        FROM fence AS f
        WHERE f.world_version > $2 AND ($1 = ANY(f.area_ids) OR $1 = ANY(f.once_in))
        ORDER BY f.fence_id
    ) AS fences
FROM world_state AS w
