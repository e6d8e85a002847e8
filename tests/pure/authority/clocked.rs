//! The states of a delegation in time.

use safeconduct::access::{Appointment, Delegation, DelegationState};

use super::*;

#[test]
fn a_delegation_is_granted_then_in_force_then_over() {
    use DelegationState::{Expired, Granted, InForce, Revoked};
    let given = Delegation { valid_from: in_hours(1), valid_to: in_hours(3), ..delegation() };
    let at = |hours| given.state(in_hours(hours));
    let states = [0, 1, 2, 3, 4].map(at);
    assert_eq!(states, [Granted, InForce, InForce, Expired, Expired]);
    let back = Delegation { revoked_at: Some(in_hours(2)), ..given.clone() };
    assert_eq!([1, 2, 4].map(|hours| back.state(in_hours(hours))), [InForce, Revoked, Revoked]);
    let short = Appointment { valid_to: in_hours(2), ..given.given_from.clone() };
    let lapsed = Delegation { given_from: short, ..given };
    assert_eq!([1, 2].map(|hours| lapsed.state(in_hours(hours))), [InForce, Expired]);
}
