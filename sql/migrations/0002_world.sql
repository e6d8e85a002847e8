-- The world: what never changes while the service runs (shapes, places, names), and how each area
-- stands. Every change of an area's state, policy or fences raises `area_state.revision` of each
-- touched area to the new `world_state.version`, in one short transaction that holds the advisory
-- lock `world` exclusively: an area's revision is the version of the world that last touched it.

-- Countries of ISO 3166-1 (and XK), with the flags from which demonstration levels are made.
CREATE TABLE country (
    iso2 text COLLATE "C" PRIMARY KEY,
    iso3 text,
    m49 text,
    name_en text NOT NULL,
    name_fr text,
    name_es text,
    name_ru text,
    name_zh text,
    name_ar text,
    region text,
    subregion text,
    un_member boolean NOT NULL,
    income text,
    response_plan boolean NOT NULL,
    humanitarian_overview boolean NOT NULL
);

-- Countries as the map shows them: a de facto view without opinion. A part with an ISO code of its
-- own is a territory of its own.
CREATE TABLE territory (
    territory_id text COLLATE "C" PRIMARY KEY,
    iso2 text COLLATE "C",
    iso3 text,
    iso_num text,
    name text NOT NULL,
    name_en text,
    name_fr text,
    name_es text,
    name_ru text,
    name_zh text,
    name_ar text,
    sovereign text,
    kind text,
    continent text,
    areas integer NOT NULL
);

-- Security areas.
CREATE TABLE area (
    area_id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    name_en text,
    name_fr text,
    name_es text,
    name_ru text,
    name_zh text,
    name_ar text,
    name_generated boolean NOT NULL,
    iso2 text COLLATE "C",
    territory text NOT NULL,
    iso_3166_2 text,
    iso_3166_2_status text NOT NULL CHECK (iso_3166_2_status IN ('current', 'retired', 'none')),
    kind text,
    region text,
    wikidata text,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    vertex_lon double precision NOT NULL,
    vertex_lat double precision NOT NULL,
    area_km2 double precision NOT NULL,
    time_zone text NOT NULL,
    time_zone_basis text NOT NULL CHECK (
        time_zone_basis IN ('city_population', 'airports', 'nearest', 'nearest_abroad', 'set')
    )
);

-- Shapes in the binary form of the program: exact, every vertex as it was shipped.
CREATE TABLE area_shape (
    area_id text COLLATE "C" PRIMARY KEY REFERENCES area,
    shape bytea NOT NULL
);

-- Current ISO 3166-2 codes that mean an area, or several (then they are ambiguous).
CREATE TABLE area_alias (
    alias text COLLATE "C" NOT NULL,
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    PRIMARY KEY (alias, area_id)
);

-- Names and parents of ISO 3166-2 codes.
CREATE TABLE subdivision (
    code text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    parent text,
    name_en text
);

-- Policies, every version for ever: replay reads them.
CREATE TABLE area_policy (
    area_id text COLLATE "C" NOT NULL REFERENCES area,
    version integer NOT NULL CHECK (version > 0),
    body jsonb NOT NULL,
    demonstration boolean NOT NULL,
    effective_from timestamptz NOT NULL,
    change_note text,
    recorded_by uuid,
    recorded_at timestamptz NOT NULL DEFAULT sc_now(),
    PRIMARY KEY (area_id, version)
);

-- How an area stands now.
CREATE TABLE area_state (
    area_id text COLLATE "C" PRIMARY KEY REFERENCES area,
    security_level smallint NOT NULL CHECK (security_level BETWEEN 1 AND 6),
    risk_band text CHECK (
        risk_band IN ('low', 'medium', 'high', 'very_high', 'unacceptable')
    ),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'suspended', 'closed')),
    status_since timestamptz,
    review_at timestamptz,
    status_reason text,
    emergency boolean NOT NULL DEFAULT false,
    policy_version integer NOT NULL,
    advisory_version integer NOT NULL DEFAULT 0,
    demonstration boolean NOT NULL,
    revision bigint NOT NULL,
    FOREIGN KEY (area_id, policy_version) REFERENCES area_policy
);
CREATE INDEX area_state_revision ON area_state (revision);

-- Overlay fences. A fence taken away stays as a row, so that replicas hear of it.
CREATE TABLE fence (
    fence_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (
        kind IN (
            'restricted', 'no_go', 'curfew', 'incident_perimeter', 'convoy_only_road',
            'advisory_zone'
        )
    ),
    name text NOT NULL,
    effect text NOT NULL CHECK (effect IN ('advise', 'condition', 'manual', 'mscr', 'deny')),
    valid_from timestamptz,
    valid_until timestamptz,
    hours_from time,
    hours_to time,
    area_ids text [] NOT NULL,
    shape bytea NOT NULL,
    version integer NOT NULL DEFAULT 1,
    world_version bigint NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT sc_now(),
    removed_at timestamptz,
    CONSTRAINT fence_window CHECK (valid_from < valid_until),
    CONSTRAINT fence_hours_whole CHECK (num_nonnulls(hours_from, hours_to) IN (0, 2))
);
CREATE INDEX fence_world_version ON fence (world_version);

-- Airports and cities, each with the area it was put into at import (fine print, "Places").
CREATE TABLE airport (
    ident text COLLATE "C" PRIMARY KEY,
    iata text,
    icao text,
    name text NOT NULL,
    kind text NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    elevation_ft integer,
    iso_country text NOT NULL,
    iso_region text,
    municipality text,
    scheduled boolean NOT NULL,
    time_zone text,
    placed text NOT NULL CHECK (placed IN ('covered', 'nearest', 'uncertain')),
    placed_areas text [] NOT NULL,
    km double precision,
    covered_by text [] NOT NULL,
    doubt text CHECK (doubt IN ('no_own_area_near', 'no_area_near', 'no_country'))
);

CREATE TABLE city (
    geoname_id integer PRIMARY KEY,
    name text NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    iso2 text COLLATE "C" NOT NULL,
    gn_adm1 text,
    population integer NOT NULL,
    time_zone text,
    placed text NOT NULL CHECK (placed IN ('covered', 'nearest', 'uncertain')),
    placed_areas text [] NOT NULL,
    km double precision,
    covered_by text [] NOT NULL,
    doubt text CHECK (doubt IN ('no_own_area_near', 'no_area_near', 'no_country'))
);

-- Airlines of OpenFlights: a database under ODbL with its own columns only, never extended.
CREATE TABLE openflights_airline (
    openflights_id integer PRIMARY KEY,
    name text NOT NULL,
    iata text,
    icao text,
    callsign text,
    country text,
    active boolean NOT NULL
);

-- Where the data comes from, as data/LICENSES.md says.
CREATE TABLE attribution (
    position smallint PRIMARY KEY,
    source text NOT NULL,
    licence text NOT NULL,
    notice text NOT NULL,
    url text
);

-- The version of the world. `data_checksum` names the imported files.
CREATE TABLE world_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    imported_at timestamptz,
    data_checksum text
);
INSERT INTO world_state (version, changed_at) VALUES (0, sc_now());

-- The geometric index, prepared at import, so that a start need not build it. It belongs to the
-- data that it names, and carries a checksum of its own.
CREATE TABLE world_image (
    name text PRIMARY KEY,
    data_checksum text NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE world_image ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE area_shape ALTER COLUMN shape SET STORAGE EXTERNAL;
ALTER TABLE fence ALTER COLUMN shape SET STORAGE EXTERNAL;

-- What live clearances must hear of. Written by whatever changes a fact they depend on, in its
-- transaction; taken by one loop at a time.
CREATE TABLE redecision (
    redecision_id uuid PRIMARY KEY,
    area_id text COLLATE "C" REFERENCES area,
    cause text NOT NULL CHECK (
        cause IN ('suspended', 'closed', 'reopened', 'policy', 'level', 'fence', 'person')
    ),
    person_id uuid,
    world_version bigint NOT NULL,
    requested_by uuid,
    requested_at timestamptz NOT NULL DEFAULT sc_now(),
    listed integer NOT NULL DEFAULT 0,
    moved integer NOT NULL DEFAULT 0,
    stood integer NOT NULL DEFAULT 0,
    inside integer NOT NULL DEFAULT 0,
    settled_at timestamptz,
    CONSTRAINT redecision_about CHECK (num_nonnulls(area_id, person_id) >= 1)
);
CREATE INDEX redecision_open ON redecision (world_version) WHERE settled_at IS NULL;
