//! A caller whose powers are looked at again while a long answer runs.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::authority::{Authority, AuthorityError, Made};
use crate::access::Principal;

/// Who a caller is, and how long what is known of their powers stands.
#[derive(Debug)]
pub struct Standing {
    identity: Uuid,
    /// Of the appointments it was made from.
    version: i64,
    /// When the first of their appointments and delegations begins or ends.
    until: Timestamp,
}

impl Standing {
    /// Of a caller as the request came: old at once, for the request may have waited.
    pub fn of(principal: &Principal) -> Self {
        Self { identity: principal.identity, version: i64::MIN, until: Timestamp::MIN }
    }

    /// Whether the powers may have changed since.
    pub fn is_old(&self, authority: &Authority) -> bool {
        authority.version() != self.version || self.until <= authority.now()
    }

    /// The caller as they are now; none where they are not known here any more.
    pub async fn renewed(
        &self,
        authority: &Authority,
    ) -> Result<Option<(Arc<Principal>, Self)>, AuthorityError> {
        let identity = self.identity;
        let made = authority.made(identity).await?;
        Ok(made.map(|Made { principal, version, until }| {
            (principal, Self { identity, version, until })
        }))
    }
}
