-- No submission is decided against a world that is being replaced.
SELECT lock_world_exclusive()
