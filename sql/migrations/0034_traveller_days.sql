-- What a status question asks of a trip stands beside its travellers: a third look-up for each is
-- saved. The days are null where they are not known; `cancelled` is what the trip's state says.

ALTER TABLE trip_traveller
    ADD COLUMN reference text,
    ADD COLUMN first_day date,
    ADD COLUMN last_day date,            -- null for a trip without end
    ADD COLUMN cancelled boolean NOT NULL DEFAULT false;

UPDATE trip_traveller AS tt
SET
    reference = t.reference,
    -- the server knows no year so far back as the day of a trip without places
    first_day = CASE
        WHEN t.notes ->> 'first_day' NOT LIKE '-%' THEN (t.notes ->> 'first_day')::date
    END,
    last_day = (t.notes ->> 'last_day')::date,
    cancelled = t.state = 'cancelled'
FROM trip AS t
WHERE t.trip_id = tt.trip_id;

-- For the release before, which does not write them.
CREATE FUNCTION traveller_of_trip() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    SELECT
        t.reference,
        CASE
            WHEN t.notes ->> 'first_day' NOT LIKE '-%' THEN (t.notes ->> 'first_day')::date
        END,
        (t.notes ->> 'last_day')::date
    INTO NEW.reference, NEW.first_day, NEW.last_day
    FROM trip AS t
    WHERE t.trip_id = NEW.trip_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER traveller_of_trip
BEFORE INSERT ON trip_traveller
FOR EACH ROW
WHEN (NEW.reference IS NULL)
EXECUTE FUNCTION traveller_of_trip();
