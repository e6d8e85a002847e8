-- Erases a part of evidence but for what must stay. $1 part, $2 trips that ended before this go.
SELECT evidence_erase($1::text::regclass, $2::timestamptz)
