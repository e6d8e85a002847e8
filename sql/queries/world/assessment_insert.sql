-- Records a threat assessment, unless its id is taken, which a repeated request finds; and only
-- by somebody who assesses the area at the database's time. $1 id, $2 fingerprint, $3 area,
-- $4 body, $5 arithmetic, $6 level, $7 band, $8 valid until, $9 who, $10 offices.
INSERT INTO threat_assessment (
    assessment_id, fingerprint, area_id, body, arithmetic, security_level, risk_band, valid_until,
    prepared_by, prepared_as
)
SELECT $1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, o.office
FROM (SELECT office_over($3, $9, $10::text[], true) AS office) AS o
WHERE o.office IS NOT NULL
ON CONFLICT (assessment_id) DO NOTHING
RETURNING assessment_id
