-- An organization's advice on an operator, with its history. $1 organization, $2 code, $3 standing,
-- $4 last day, $5 state of the certificate, $6 basis, $7 note, $8 who.
WITH written AS (
    INSERT INTO operator_advice AS a (
        organization_id, code, standing, valid_to, aoc_state, basis, note, changed_by
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (organization_id, code) DO UPDATE
    SET
        standing = excluded.standing,
        valid_to = excluded.valid_to,
        aoc_state = excluded.aoc_state,
        basis = excluded.basis,
        note = excluded.note,
        revision = a.revision + 1,
        changed_by = excluded.changed_by,
        changed_at = sc_now()
    RETURNING a.*
)

INSERT INTO operator_advice_history (
    organization_id, code, revision, standing, valid_to, aoc_state, basis, note, changed_by,
    changed_at
)
SELECT
    w.organization_id, w.code, w.revision, w.standing, w.valid_to, w.aoc_state, w.basis, w.note,
    w.changed_by, w.changed_at
FROM written AS w
