-- Codes of ISO 3166-2.
COPY subdivision (code, name, parent, name_en) FROM STDIN
