-- Raises the version of an area's calendar; no row where it is another by now. $1 area, $2 the
-- version it was read in, $3 who.
INSERT INTO area_calendar AS k (area_id, version, changed_by)
VALUES ($1, 1, $3)
ON CONFLICT (area_id) DO UPDATE SET
    version = k.version + 1, changed_by = excluded.changed_by, changed_at = sc_now()
WHERE k.version = $2
RETURNING k.version
