-- A place for the areas of an import, gone with its transaction.
CREATE TEMPORARY TABLE area_in (LIKE area) ON COMMIT DROP
