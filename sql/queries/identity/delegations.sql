-- Delegations that are or will be in force, and those that ended in the last 90 days, so that a
-- refusal can say so; each with the appointment it was given from.
SELECT
    d.delegation_id,
    d.delegator_id,
    d.delegate_person_id,
    d.delegate_role,
    d.delegate_area_id,
    d.delegate_country,
    d.area_ids,
    d.countries,
    d.risk_bands,
    d.categories,
    d.max_stay_nights,
    d.letter_ref,
    d.valid_from,
    d.valid_to,
    d.revoked_at,
    g.appointment_id AS given_from,
    g.role AS given_role,
    g.area_ids AS given_area_ids,
    g.countries AS given_countries,
    g.ad_interim AS given_ad_interim,
    g.valid_from AS given_valid_from,
    least(g.valid_to, g.revoked_at) AS given_valid_to
FROM delegation AS d
INNER JOIN appointment AS g ON g.appointment_id = d.given_from
WHERE
    g.confirmed_at IS NOT NULL
    AND g.person_id = d.delegator_id
    AND least(d.valid_to, d.revoked_at, g.valid_to, g.revoked_at) > sc_now() - INTERVAL '90 days'
