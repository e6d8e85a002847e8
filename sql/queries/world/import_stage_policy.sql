-- A place for the first policies of an import, gone with its transaction.
CREATE TEMPORARY TABLE area_policy_in (LIKE area_policy INCLUDING DEFAULTS) ON COMMIT DROP
