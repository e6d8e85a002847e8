-- Functions that a statement calls for each line and that cannot be made part of it: in SQL each is
-- planned anew by every statement that calls it, which took longer than what it looks up. These
-- keep their plan for as long as a connection lives; what they say is what they said.

CREATE OR REPLACE FUNCTION authority_refusal(
    person uuid, appointment uuid, delegation uuid, area text, trip uuid
) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT CASE
            WHEN EXISTS (SELECT FROM trip_parties($5) AS p WHERE p.person_id = $1) THEN 'R-804'
            WHEN num_nonnulls($2, $3) = 0 THEN 'R-802'
            WHEN $2 IS NOT NULL AND NOT EXISTS (
                SELECT FROM appointment_in_force AS a
                WHERE a.appointment_id = $2
                    AND a.person_id = $1
                    AND (
                        a.role = 'usg'
                        OR $4 = ANY(a.area_ids)
                        OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(a.countries)
                    )
            ) THEN (
                SELECT
                    CASE
                        WHEN a.ad_interim THEN 'R-806'
                        WHEN a.role IN ('designated_official', 'usg') THEN 'R-801'
                        ELSE 'R-802'
                    END
                FROM (SELECT $2 AS appointment_id) AS named
                LEFT JOIN appointment AS a ON a.appointment_id = named.appointment_id
            )
            WHEN $3 IS NOT NULL AND NOT EXISTS (
                SELECT FROM delegation_in_force AS d
                INNER JOIN appointment AS g ON g.appointment_id = d.given_from
                WHERE d.delegation_id = $3
                    AND (
                        $4 = ANY(d.area_ids)
                        OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(d.countries)
                    )
                    AND (
                        $4 = ANY(g.area_ids)
                        OR (SELECT r.iso2 FROM area AS r WHERE r.area_id = $4) = ANY(g.countries)
                    )
                    AND (
                        d.delegate_person_id = $1
                        OR EXISTS (
                            SELECT FROM appointment_in_force AS h
                            WHERE h.person_id = $1
                                AND h.role = d.delegate_role
                                AND (
                                    d.delegate_area_id = ANY(h.area_ids)
                                    OR d.delegate_country = ANY(h.countries)
                                )
                        )
                    )
            ) THEN 'R-803'
        END
    );
END
$$;

CREATE OR REPLACE FUNCTION roles_reached(of_clearance uuid) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT r.role), '{}')
        FROM clock_notice AS n
        CROSS JOIN LATERAL unnest(n.roles) AS r (role)
        WHERE n.clearance_id = of_clearance
            AND n.clock IN ('reminder', 'adviser', 'official', 'centre')
            AND r.role IN (
                'area_security_coordinator', 'security_adviser', 'designated_official', 'usg'
            )
    );
END
$$;

CREATE OR REPLACE FUNCTION arrival_of(
    own uuid, of_trip uuid, of_person uuid, of_area text, first_day date, last_day date
) RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(
            (SELECT p.arrived_at FROM stay_presence AS p WHERE p.clearance_id = own),
            (
                SELECT min(p.arrived_at)
                -- those of the trip, also by a plan that was made while there were none
                FROM (
                    SELECT o.clearance_id, o.person_id, o.state, o.area_id, o.arrive, o.depart
                    FROM clearance AS o
                    WHERE o.trip_id = of_trip
                    OFFSET 0
                ) AS c
                CROSS JOIN LATERAL (
                    SELECT r.arrived_at
                    FROM stay_presence AS r
                    WHERE r.clearance_id = c.clearance_id
                    OFFSET 0
                ) AS p
                WHERE c.person_id = of_person AND c.state = 'superseded'
                    AND c.area_id = of_area AND c.arrive <= coalesce(last_day, 'infinity')
                    AND coalesce(c.depart, 'infinity') >= first_day
            )
        )
    );
END
$$;
