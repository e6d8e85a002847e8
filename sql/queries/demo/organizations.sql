-- The invented organizations; what is there stays as it is.
INSERT INTO organization (
    organization_id, name, demonstration, entitlement_notify_only, flight_concentration_max
)
SELECT
    r.organization_id,
    r.name,
    true,
    r.entitlement_notify_only,
    r.flight_concentration_max
FROM
    jsonb_to_recordset($1::jsonb) AS r (
        organization_id text,
        name text,
        entitlement_notify_only boolean,
        flight_concentration_max integer
    )
ON CONFLICT (organization_id) DO NOTHING
