-- Polled: is there something newer, and what time is it.
SELECT
    version,
    sc_now() AS now
FROM authority_version
