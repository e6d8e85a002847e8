-- What the cast's official has given in writing, one of them over already.
INSERT INTO delegation (
    delegation_id, delegator_id, given_from, delegate_person_id, area_ids, countries, risk_bands,
    max_stay_nights, letter_ref, valid_from, valid_to
)
SELECT
    r.delegation_id,
    r.delegator_id,
    r.given_from,
    r.delegate_person_id,
    r.area_ids,
    r.countries,
    r.risk_bands,
    r.max_stay_nights,
    r.letter_ref,
    sc_now() + r.from_days * INTERVAL '1 day',
    sc_now() + r.to_days * INTERVAL '1 day'
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        delegation_id uuid,
        delegator_id uuid,
        given_from uuid,
        delegate_person_id uuid,
        area_ids text[],
        countries text[],
        risk_bands text[],
        max_stay_nights integer,
        letter_ref text,
        from_days integer,
        to_days integer
    )
ON CONFLICT (delegation_id) DO NOTHING
