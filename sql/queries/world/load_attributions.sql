-- Sources and licences.
SELECT source, licence, notice, url FROM attribution ORDER BY position
