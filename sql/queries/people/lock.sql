-- Whoever changes people holds their locks first, in a statement of its own: what follows sees
-- everything that was committed under them.
SELECT lock_people($1::uuid[])
