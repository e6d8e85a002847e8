-- What a submission writes comes as an array for each column again.

-- Whole rows were no faster where trips were really submitted, and every new connection had to look
-- their types up. No release has named these types.
DROP TYPE
    new_key, new_evidence, new_trip, new_traveller, new_clearance, new_reading, new_seats,
    new_events;
