-- Whose a traveller is stands beside what is looked for: a status question need not read the
-- person. A person who changes it changes it there too, under the person's lock as all of people.

ALTER TABLE trip_traveller
    ADD COLUMN organization_id text,
    ADD COLUMN sponsor_person_id uuid;

UPDATE trip_traveller AS t
SET organization_id = p.organization_id, sponsor_person_id = p.sponsor_person_id
FROM person AS p
WHERE p.person_id = t.person_id;

ALTER TABLE trip_traveller ALTER COLUMN organization_id SET NOT NULL;

CREATE FUNCTION person_moves_on() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE trip_traveller AS t
    SET organization_id = NEW.organization_id, sponsor_person_id = NEW.sponsor_person_id
    WHERE t.person_id = NEW.person_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER person_moves_on
AFTER UPDATE OF organization_id, sponsor_person_id ON person
FOR EACH ROW
WHEN (
    (OLD.organization_id, OLD.sponsor_person_id)
    IS DISTINCT FROM (NEW.organization_id, NEW.sponsor_person_id)
)
EXECUTE FUNCTION person_moves_on();
