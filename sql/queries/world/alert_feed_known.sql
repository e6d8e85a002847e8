-- Whether a request has made a feed, and with which body; whether a client is known. $1 feed,
-- $2 client.
SELECT
    (SELECT f.fingerprint FROM alert_feed AS f WHERE f.feed_id = $1) AS fingerprint,
    EXISTS (SELECT FROM client AS c WHERE c.client_id = $2) AS client_known
