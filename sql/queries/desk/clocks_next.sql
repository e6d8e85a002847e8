-- Seconds until something is to be looked at; null where nothing waits.
SELECT
    extract(
        EPOCH FROM (SELECT k.next_at FROM clearance_clock AS k ORDER BY k.next_at LIMIT 1)
        - sc_now()
    )::double precision AS seconds
