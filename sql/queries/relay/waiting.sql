-- How many outbox rows have no number yet; beyond a hundred thousand it does not matter.
SELECT count(*) AS waiting
FROM (SELECT 1 FROM outbox AS o WHERE o.feed_seq IS NULL LIMIT 100000) AS w
