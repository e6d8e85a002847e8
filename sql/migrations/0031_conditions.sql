-- A status question tells what the traveller owes, and of the kept answer nothing else: so that is
-- kept beside it, where there is any, and the answer is left where it lies.

ALTER TABLE clearance ADD COLUMN conditions json;

UPDATE clearance SET conditions = answer -> 'conditions'
WHERE json_array_length(answer -> 'conditions') > 0;
