-- What a submission writes comes as an array for each column again; two questions about advisories
-- share their columns.

-- Whole rows were no faster where trips were really submitted, and every new connection had to look
-- their types up. No release has named these types.
DROP TYPE
    new_key, new_evidence, new_trip, new_traveller, new_clearance, new_reading, new_seats,
    new_events;

-- Published advisories as lists show them: with the headlines of their texts alone.
CREATE VIEW advisory_head AS
SELECT
    v.advisory_id,
    v.version,
    v.default_language,
    v.change_summary,
    v.published_at,
    (
        SELECT
            coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'language', t.one -> 'language',
                        'classification', t.one -> 'classification',
                        'headline', t.one -> 'headline'
                    )
                ),
                '[]'
            )
        FROM jsonb_array_elements(v.texts) AS t (one)
    )::text AS texts
FROM advisory AS v;
