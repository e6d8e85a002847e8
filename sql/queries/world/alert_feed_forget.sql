-- Entries that no feed has listed for a month are forgotten.
DELETE FROM alert_feed_item WHERE read_at < sc_now() - interval '30 days'
