-- Alerts, the latest to come first: public ones for all who may read alerts, others for those
-- whose land they touch. $1 everywhere, $2 areas, $3 countries, $4 state, $5 area, $6 before this
-- position, $7 how many, $8 one alert alone, $9 the identity that sent them. The bytes of one that
-- is or was in quarantine: what a person has to put right.
SELECT
    a.alert_id,
    a.position,
    a.state,
    a.remarks,
    a.sender,
    a.identifier,
    a.sent,
    a.status,
    a.kind,
    a.scope,
    a.reference_keys,
    a.body,
    a.area_ids,
    a.expires_at,
    a.duplicate_of,
    a.feed_id,
    a.received_at,
    a.corrects,
    a.corrected_by,
    a.correction,
    a.dismissed_by,
    a.dismissed_at,
    a.dismissal,
    (SELECT c.alert_id FROM alert AS c WHERE c.corrects = a.alert_id) AS released_as,
    CASE
        WHEN $8::uuid IS NOT NULL AND a.state IN ('quarantined', 'released', 'dismissed')
            THEN a.raw
    END AS raw
FROM alert AS a
WHERE
    (
        $1
        OR a.scope IS NULL
        OR a.scope = 'public'
        OR a.received_from = $9
        OR a.area_ids && $2::text[]
        OR EXISTS (
            SELECT
            FROM area AS r
            WHERE r.area_id = ANY(a.area_ids) AND r.iso2 = ANY($3::text[])
        )
    )
    AND ($4::text IS NULL OR a.state = $4)
    AND ($5::text IS NULL OR $5 = ANY(a.area_ids))
    AND ($6::bigint IS NULL OR a.position < $6)
    AND ($8::uuid IS NULL OR a.alert_id = $8)
ORDER BY a.position DESC
LIMIT $7
