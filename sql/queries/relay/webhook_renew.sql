-- Renews a lease and tells what a deliverer needs; no row where another holds it, or nothing is to
-- be sent for now. $1 which, $2 holder.
UPDATE webhook AS w
SET leased_until = sc_now() + interval '30 seconds'
WHERE w.webhook_id = $1 AND w.holder = $2 AND w.state = 'active' AND w.resume_at <= sc_now()
RETURNING
    w.identity_id, w.url, w.secret, w.failing_since IS NOT NULL AS is_failing,
    CASE WHEN w.old_secret_until > sc_now() THEN w.old_secret END AS old_secret
