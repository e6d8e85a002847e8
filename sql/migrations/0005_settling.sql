-- Who decides live clearances again: one replica at a time, so that the changes of an area are
-- taken in their order. A lease rather than a lock, for the work spans many transactions.
CREATE TABLE settling (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder uuid,
    leased_until timestamptz NOT NULL
);
INSERT INTO settling (leased_until) VALUES ('-infinity');
