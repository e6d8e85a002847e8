-- Countries as the map shows them.
COPY territory (
    territory_id, iso2, iso3, iso_num, name, name_en, name_fr, name_es, name_ru, name_zh, name_ar,
    sovereign, kind, continent, areas
) FROM STDIN
