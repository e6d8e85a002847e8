-- Only an empty database, or one that is marked already, becomes a demonstration.
INSERT INTO database_marker (name)
SELECT 'demonstration'
WHERE NOT EXISTS (SELECT FROM person)
ON CONFLICT (name) DO NOTHING
