-- Hears of newly numbered events.
LISTEN feed
