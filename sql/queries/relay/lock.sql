-- One relay at a time: a statement of its own, so that the numbering sees what the last one wrote.
SELECT lock_relay()
