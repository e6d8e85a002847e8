-- Every policy in every version: what decisions of any time read.
SELECT
    p.area_id,
    p.version,
    p.body
FROM area_policy AS p
