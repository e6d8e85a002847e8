-- Row 12: :stays items in :areas queues for the bare statement.
DROP TABLE IF EXISTS bench_item;
CREATE TABLE bench_item (
    item_id bigint PRIMARY KEY,
    area integer NOT NULL,
    urgent_at double precision NOT NULL,
    holder integer,
    leased_until timestamptz
);
INSERT INTO bench_item (item_id, area, urgent_at)
SELECT g.n, g.n % :areas, g.n
FROM generate_series(1, :stays) AS g (n);
CREATE INDEX bench_item_next ON bench_item (area, urgent_at, item_id) WHERE holder IS NULL;
