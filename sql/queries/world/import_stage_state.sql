-- A place for the first standings of an import, gone with its transaction.
CREATE TEMPORARY TABLE area_state_in (LIKE area_state INCLUDING DEFAULTS) ON COMMIT DROP
