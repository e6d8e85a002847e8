-- What one person is appointed to is written by one at a time.
SELECT lock_people(ARRAY[$1::uuid])
