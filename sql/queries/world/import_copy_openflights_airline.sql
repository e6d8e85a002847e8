-- Airlines of OpenFlights, with its own columns only.
COPY openflights_airline (openflights_id, name, iata, icao, callsign, country, active) FROM STDIN
