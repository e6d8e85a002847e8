-- Saves the draft of an area's next advisory over the one that was seen; answers nothing where
-- another was saved since. $1 area, $2 revision seen (0 for none), $3 version it is based on,
-- $4 default language, $5 change summary, $6 texts, $7 who.
INSERT INTO advisory_draft AS d (
    area_id, revision, based_on, default_language, change_summary, texts, saved_by, saved_at
)
SELECT $1, 1, $3, $4, $5, $6::text::jsonb, $7, sc_now()
WHERE $2 = 0 OR EXISTS (SELECT FROM advisory_draft AS o WHERE o.area_id = $1 AND o.revision = $2)
ON CONFLICT (area_id) DO UPDATE SET
    revision = d.revision + 1,
    based_on = excluded.based_on,
    default_language = excluded.default_language,
    change_summary = excluded.change_summary,
    texts = excluded.texts,
    saved_by = excluded.saved_by,
    saved_at = excluded.saved_at
WHERE d.revision = $2
RETURNING d.revision
