-- Puts a feed on the list, if an appointment in force lets the person do so for all of its land; a
-- repeated request changes nothing. $1 id, $2 name, $3 address, $4 client, $5 countries, $6 areas,
-- $7 senders, $8 least severity, $9 effect, $10 fingerprint, $11 who.
WITH held AS (
    SELECT h.role, h.area_ids, h.countries
    FROM appointment AS h
    WHERE
        h.person_id = $11
        AND h.role IN ('designated_official', 'usg')
        AND h.confirmed_at IS NOT NULL
        AND h.revoked_at IS NULL
        AND h.valid_from <= sc_now()
        AND sc_now() < h.valid_to
)

INSERT INTO alert_feed (
    feed_id, name, url, client_id, countries, area_ids, senders, apply_from, apply_effect,
    fingerprint, created_by
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
WHERE
    EXISTS (SELECT FROM held)
    AND NOT EXISTS (
        SELECT
        FROM unnest($5::text[]) AS c (iso2)
        WHERE NOT EXISTS (
            SELECT FROM held AS h WHERE h.role = 'usg' OR c.iso2 = ANY(h.countries)
        )
    )
    AND NOT EXISTS (
        SELECT
        FROM unnest($6::text[]) AS t (area_id)
        LEFT JOIN area AS r ON r.area_id = t.area_id
        WHERE r.area_id IS NULL OR NOT EXISTS (
            SELECT
            FROM held AS h
            WHERE h.role = 'usg' OR t.area_id = ANY(h.area_ids) OR r.iso2 = ANY(h.countries)
        )
    )
ON CONFLICT (feed_id) DO NOTHING
