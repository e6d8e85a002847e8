-- Places taken on nights. $1 areas, $2 nights, $3 kinds of key, $4 keys, one line each.
SELECT
    n.area_id,
    n.night,
    n.key_kind,
    n.key,
    n.committed,
    n.residents
FROM night_places($1, $2, $3, $4) AS n
