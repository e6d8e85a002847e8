-- Writes new mission requests, with the people they name and the organizations whose heads are
-- asked. A list comes as one text, for the lists of a batch differ in length.
WITH asked AS (
    SELECT a.*
    FROM unnest(
        $1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::date[], $9::date[], $10::bytea[], $11::uuid[], $12::timestamptz[], $13::text[],
        $14::text[]
    ) AS a (
        n, mscr_id, mission_ref, srm_ref, conops, pc1_record, area_ids, window_from, window_to,
        package_hash, opened_by, at, people, organizations
    )
    WHERE a.n = ANY((SELECT current_setting('safeconduct.accepted')::integer[])::integer[])
),
opened AS (
    INSERT INTO mscr (
        mscr_id, change_no, state, mission_ref, srm_ref, conops, pc1_record, area_ids, window_from,
        window_to, package_hash, opened_by, opened_at
    )
    SELECT
        a.mscr_id, 1, 'open', a.mission_ref, a.srm_ref, a.conops, a.pc1_record,
        a.area_ids::text[], a.window_from, a.window_to, a.package_hash, a.opened_by, a.at
    FROM asked AS a
),
named AS (
    INSERT INTO mscr_person (mscr_id, person_id, organization_id)
    SELECT a.mscr_id, p.person_id, p.organization_id
    FROM asked AS a
    CROSS JOIN LATERAL unnest(a.people::uuid[], a.organizations::text[])
        AS p (person_id, organization_id)
)
INSERT INTO mscr_consent (mscr_id, organization_id)
SELECT DISTINCT a.mscr_id, o.organization_id
FROM asked AS a
CROSS JOIN LATERAL unnest(a.organizations::text[]) AS o (organization_id)
