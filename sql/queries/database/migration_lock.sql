-- One migration at a time, whichever replica asks: held by the session until it closes.
SELECT pg_advisory_lock(hashtext('safeconduct:migrate'))
