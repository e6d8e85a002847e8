-- Everything that trips left behind; the world, people, offices and their appointments stay.
TRUNCATE
trip, trip_traveller, trip_version, trip_flight, clearance, clearance_reads, clearance_clock,
clock_notice, evidence, ledger_entry, outbox, night_count, arrival_count, idempotency_key,
desk_lease, obligation, course_waiver, stay_presence, ceiling_wait, ceiling_override, redecision,
redecision_tally, redecision_near, headcount, headcount_entry, headcount_response,
headcount_request;
