//! Who is calling: issuer discovery, JWKS, token check, appointments, development issuer.
