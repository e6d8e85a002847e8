//! Who is calling: issuer discovery, JWKS, token check, appointments, development issuer.
//!
//! [`Identity`] is the one authenticator: it checks a token's signature against the issuer's
//! [`keys`](IssuerKeys), its claims against the configuration and the database's time, and answers
//! the principal with the appointments in force and the delegations given to it ([`Authority`]).
//!
//! The [`Register`] is where both come from: an administrator records an appointment, a second
//! person entitled to it confirms it, an official delegates.

mod authority;
mod calendar;
mod development;
mod gate;
mod keeping;
mod keys;
mod posts;
mod register;
mod routes;
mod standing;
mod store;
mod token;

pub use self::authority::{Authority, AuthorityError};
pub use self::development::{CAST, DevelopmentError, DevelopmentKey};
pub use self::gate::{Identity, IdentityError};
pub use self::keys::{IssuerKeys, KeysError};
pub use self::register::Register;
pub use self::routes::{Api, configure};
pub use self::standing::Standing;
