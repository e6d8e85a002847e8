-- Notes that the head of an organization was reminded of a mission request; no row where another
-- replica has. $1 request, $2 organization, $3 day of waiting, $4 time, $5 who.
INSERT INTO consent_reminder (mscr_id, organization_id, round, told_at, persons)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (mscr_id, organization_id, round) DO NOTHING
RETURNING mscr_id
