-- A proposal as it stands, under the lock `world`: whether a person may draw in all of its areas,
-- whether its feed is still on the list and applies, which standing fences of the messages that its
-- own takes the place of it would replace, and whether the one to take away was drawn anew by
-- somebody since, and so is no longer the one it made. $1 proposal, $2 person.
SELECT
    p.alert_id,
    p.kind,
    p.state,
    p.area_ids,
    p.shape,
    p.name,
    p.fence_kind,
    p.effect,
    p.valid_from,
    p.valid_until,
    p.fence_id,
    p.decided_by,
    p.texts::text AS texts,
    a.sender,
    coalesce(a.scope = 'public', false) AS is_public,
    f.created_by AS official,
    sc_now() AS now,
    coalesce(f.removed_at IS NULL AND f.apply_from IS NOT NULL, false) AS feed_stands,
    EXISTS (
        SELECT
        FROM appointment AS h
        WHERE
            h.person_id = $2
            AND h.role IN (
                'area_security_coordinator', 'security_adviser', 'designated_official', 'usg'
            )
            AND h.confirmed_at IS NOT NULL
            AND h.revoked_at IS NULL
            AND h.valid_from <= sc_now()
            AND sc_now() < h.valid_to
    )
    AND NOT EXISTS (
        SELECT
        FROM unnest(p.area_ids) AS t (area_id)
        LEFT JOIN area AS r ON r.area_id = t.area_id
        WHERE NOT EXISTS (
            SELECT
            FROM appointment AS h
            WHERE
                h.person_id = $2
                AND h.role IN (
                    'area_security_coordinator', 'security_adviser', 'designated_official', 'usg'
                )
                AND h.confirmed_at IS NOT NULL
                AND h.revoked_at IS NULL
                AND h.valid_from <= sc_now()
                AND sc_now() < h.valid_to
                AND (
                    h.role = 'usg' OR t.area_id = ANY(h.area_ids) OR r.iso2 = ANY(h.countries)
                )
        )
    ) AS entitled,
    ARRAY(
        SELECT q.fence_id
        FROM alert AS e
        INNER JOIN alert_proposal AS q ON q.alert_id = e.alert_id
        INNER JOIN fence AS s ON s.fence_id = q.fence_id
        WHERE
            e.key = ANY(a.reference_keys)
            AND e.sender = a.sender
            AND e.state <> 'duplicate'
            AND a.kind = 'update'
            AND q.kind = 'fence'
            AND q.state IN ('confirmed', 'applied')
            AND s.removed_at IS NULL
            AND s.version = 1
        ORDER BY q.fence_id
    ) AS replaced,
    p.kind = 'lift' AND EXISTS (
        SELECT
        FROM fence AS s
        WHERE s.fence_id = p.fence_id AND s.removed_at IS NULL AND s.version > 1
    ) AS is_redrawn
FROM alert_proposal AS p
INNER JOIN alert AS a USING (alert_id)
LEFT JOIN alert_feed AS f ON f.feed_id = a.feed_id
WHERE p.proposal_id = $1
FOR UPDATE OF p
