-- Shapes and zones may have changed: every area has been touched by this version.
UPDATE area_state SET revision = $1
