-- Countries of ISO 3166-1.
COPY country (
    iso2, iso3, m49, name_en, name_fr, name_es, name_ru, name_zh, name_ar, region, subregion,
    un_member, income, response_plan, humanitarian_overview
) FROM STDIN
