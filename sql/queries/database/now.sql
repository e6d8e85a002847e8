SELECT sc_now() AS now
