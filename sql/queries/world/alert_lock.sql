-- One message is taken in at a time: it and those that speak of it see each other.
SELECT sc_now() AS now FROM alert_desk FOR UPDATE
