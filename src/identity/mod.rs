//! Who is calling: issuer discovery, JWKS, token check, appointments, development issuer.
//!
//! [`Identity`] is the one authenticator: it checks a token's signature against the issuer's
//! [`keys`](IssuerKeys), its claims against the configuration and the database's time, and answers
//! the principal with the appointments in force and the delegations given to it ([`Authority`]).

mod authority;
mod calendar;
mod development;
mod gate;
mod keys;
mod posts;
mod store;
mod token;

pub use self::authority::{Authority, AuthorityError};
pub use self::development::{CAST, DevelopmentError, DevelopmentKey};
pub use self::gate::{Identity, IdentityError};
pub use self::keys::{IssuerKeys, KeysError};
