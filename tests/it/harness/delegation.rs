//! Delegations, written into the database as an official would have given them.

use jiff::SignedDuration;
use uuid::Uuid;

use super::caller::Caller;
use super::house::House;

/// What an official gives to whom.
#[derive(Debug, Clone)]
pub(crate) struct Lent<'a> {
    /// The official, who holds one appointment as such.
    pub(crate) by: &'a Caller,
    /// The person named.
    pub(crate) to: &'a Caller,
    /// Areas.
    pub(crate) areas: &'a [&'a str],
    /// Bands of risk.
    pub(crate) bands: &'a [&'a str],
    /// Hours from now in which it is in force.
    pub(crate) hours: std::ops::Range<i64>,
}

impl House {
    /// Writes a delegation; the service knows of it afterwards.
    pub(crate) async fn lend(&self, lent: Lent<'_>) -> Uuid {
        let client = self.database().connect().await;
        let insert = "INSERT INTO delegation (delegation_id, delegator_id, given_from, \
                      delegate_person_id, area_ids, risk_bands, letter_ref, valid_from, valid_to) \
                      SELECT $1, $2, appointment_id, $3, $4, $5, 'test', $6, $7 FROM appointment \
                      WHERE person_id = $2 AND role = 'designated_official'";
        let id = Uuid::now_v7();
        let at = |hours| self.now() + SignedDuration::from_hours(hours);
        let written = client
            .execute(
                insert,
                &[
                    &id,
                    &lent.by.id,
                    &lent.to.id,
                    &lent.areas,
                    &lent.bands,
                    &at(lent.hours.start),
                    &at(lent.hours.end),
                ],
            )
            .await
            .unwrap();
        assert_eq!(written, 1, "the official holds one appointment");
        self.running().parts.identity.authority().refresh().await.unwrap();
        id
    }
}
