-- What of an appointment or delegation is on record: the holder, the organization, the countries,
-- and the roles that the person holds or will hold. $1 person, $2 client, $3 organization,
-- $4 countries.
SELECT
    sc_now() AS now,
    EXISTS (SELECT FROM person AS p WHERE p.person_id = $1 AND p.status <> 'deactivated')
        AS person,
    EXISTS (SELECT FROM client AS c WHERE c.client_id = $2) AS client,
    EXISTS (SELECT FROM organization AS o WHERE o.organization_id = $3) AS organization,
    ARRAY(SELECT c.iso2::text FROM country AS c WHERE c.iso2 = ANY($4::text[])) AS countries,
    ARRAY(
        SELECT a.role
        FROM appointment AS a
        WHERE a.person_id = $1 AND a.revoked_at IS NULL AND a.valid_to > sc_now()
    ) AS roles
