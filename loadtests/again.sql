-- Rows of a pattern again and again, for the fills of the load tests: every column as the pattern has
-- it, save those that make it another's. Reads the tables `pattern` (one row, `p` in what is given)
-- and `made` (one row a copy, `m`). Arguments: the table, what is given for its columns, and which of
-- its rows are the pattern's.
CREATE FUNCTION pg_temp.again(source text, given jsonb, made text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    columns text;
    parts text;
BEGIN
    SELECT
        string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum),
        string_agg(
            coalesce(given ->> a.attname, format('s.%I', a.attname)), ', ' ORDER BY a.attnum
        )
    INTO columns, parts
    FROM pg_attribute AS a
    WHERE
        a.attrelid = source::regclass
        AND a.attnum > 0
        AND NOT a.attisdropped
        AND a.attgenerated = ''
        AND a.attidentity = '';
    EXECUTE format(
        'INSERT INTO %I (%s) SELECT %s FROM %I AS s CROSS JOIN pattern AS p CROSS JOIN made AS m '
        'WHERE %s', source, columns, parts, source, made
    );
END
$$;
