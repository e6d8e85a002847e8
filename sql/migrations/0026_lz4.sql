-- Kept answers and events are written by every submission: those too long for their row are
-- compressed at a third of pglz's time. A server built without lz4 keeps its default.
DO $$
BEGIN
    ALTER TABLE idempotency_key ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE outbox ALTER COLUMN events SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
