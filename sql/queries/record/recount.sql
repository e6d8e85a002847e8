-- Counts the places of an area anew after its ceilings changed, under the lock `world`: no commit
-- is under way. Nobody is refused anything (R-507). $1 area.
SELECT
    count_visitors_anew(ARRAY(
        SELECT c.clearance_id
        FROM clearance AS c
        WHERE c.area_id = $1
            AND coalesce(c.valid_to, 'infinity'::timestamptz) > sc_now()
            AND c.state NOT IN ('cancelled', 'superseded', 'expired', 'completed')
    )),
    count_residents_anew($1)
