-- Records that a version was read for a clearance; the first reading of a version stands. Answers
-- the reading on record, and whether the key stands for another body. $1 clearance, $2 version, $3
-- area, $4 language, $5 who, $6 key, $7 fingerprint.
WITH known AS (
    SELECT k.fingerprint <> $7 AS is_other
    FROM advisory_reading AS k
    WHERE k.key_hash = $6
),

written AS (
    INSERT INTO advisory_reading (
        clearance_id, version, area_id, language, read_by, read_at, key_hash, fingerprint
    )
    SELECT $1, v.version, $3, $4, $5, sc_now(), $6, $7
    FROM advisory AS v
    WHERE v.area_id = $3 AND v.version = $2 AND NOT EXISTS (SELECT FROM known)
    ON CONFLICT DO NOTHING
    RETURNING version, language, read_at, read_by
)

SELECT w.version, w.language, w.read_at, w.read_by, false AS is_known, false AS is_other
FROM written AS w
UNION ALL
SELECT r.version, r.language, r.read_at, r.read_by, true, false
FROM advisory_reading AS r
WHERE
    r.clearance_id = $1
    AND r.version = $2
    AND NOT EXISTS (SELECT FROM written)
    AND NOT EXISTS (SELECT FROM known AS k WHERE k.is_other)
UNION ALL
SELECT NULL, NULL, NULL, NULL, true, true
FROM known AS k
WHERE k.is_other
