-- The number of the last event.
SELECT h.last_seq FROM feed_head AS h
