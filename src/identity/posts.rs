//! Who is posted where, by area and by country.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::access::{Appointment, Posted, Role};
use crate::model::AreaId;

/// A post that somebody holds for a time.
#[derive(Debug, Clone, Copy)]
struct Post {
    role: Role,
    from: Timestamp,
    to: Timestamp,
}

/// Coordinators, advisers and officials by what they are over.
#[derive(Debug, Default)]
pub(super) struct Posts {
    areas: BTreeMap<AreaId, Vec<Post>>,
    countries: BTreeMap<CompactString, Vec<Post>>,
}

impl Posts {
    /// The posts that appointments make. Standing in for an official gives the area no official of
    /// its own, and a focal point is no adviser.
    pub(super) fn of(appointments: &[&Appointment]) -> Self {
        let mut posts = Self::default();
        let counts = |held: &Appointment| {
            held.role == Role::AreaSecurityCoordinator
                || (held.role == Role::SecurityAdviser && !held.focal_point)
                || (held.role == Role::DesignatedOfficial && !held.ad_interim)
        };
        for held in appointments.iter().filter(|held| counts(held)) {
            let post = Post { role: held.role, from: held.valid_from, to: held.valid_to };
            for area in &held.areas {
                posts.areas.entry(area.clone()).or_default().push(post);
            }
            for country in &held.countries {
                posts.countries.entry(country.clone()).or_default().push(post);
            }
        }
        posts
    }

    /// Who is posted over an area of a country at an instant.
    pub(super) fn over(&self, area: &AreaId, country: Option<&str>, now: Timestamp) -> Posted {
        let of_area = self.areas.get(area).map(Vec::as_slice).unwrap_or_default();
        let of_country = country.and_then(|country| self.countries.get(country));
        let of_country = of_country.map(Vec::as_slice).unwrap_or_default();
        let holds = |posts: &[Post], role: Role| {
            posts.iter().any(|post| post.role == role && post.from <= now && now < post.to)
        };
        let either = |role| holds(of_area, role) || holds(of_country, role);
        Posted {
            coordinator: either(Role::AreaSecurityCoordinator),
            adviser: either(Role::SecurityAdviser),
            ad_hoc_official: holds(of_area, Role::DesignatedOfficial),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;

    fn held(role: Role, areas: &[&str], countries: &[&str]) -> Appointment {
        Appointment {
            appointment_id: Uuid::nil(),
            role,
            areas: areas.iter().map(|&area| area.into()).collect(),
            countries: countries.iter().map(|&country| country.into()).collect(),
            organization: None,
            ad_interim: false,
            focal_point: false,
            valid_from: Timestamp::UNIX_EPOCH,
            valid_to: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1),
        }
    }

    #[test]
    fn posts_are_seen_in_their_place_and_time() {
        let all = [
            held(Role::AreaSecurityCoordinator, &["KEN-890"], &[]),
            held(Role::SecurityAdviser, &[], &["KE"]),
            held(Role::DesignatedOfficial, &["KEN-1"], &["UG"]),
            Appointment { focal_point: true, ..held(Role::SecurityAdviser, &[], &["UG"]) },
            Appointment { ad_interim: true, ..held(Role::DesignatedOfficial, &["KEN-890"], &[]) },
        ];
        let posts = Posts::of(&all.each_ref());
        let over = |area: &str, country: &str, minutes: i64| {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
            let Posted { coordinator, adviser, ad_hoc_official } =
                posts.over(&area.into(), Some(country), now);
            [coordinator, adviser, ad_hoc_official]
        };
        assert_eq!(over("KEN-890", "KE", 30), [true, true, false]);
        assert_eq!(over("KEN-1", "KE", 30), [false, true, true]);
        assert_eq!(over("UGA-1", "UG", 30), [false, false, false]);
        assert_eq!(over("KEN-890", "KE", 60), [false, false, false]);
    }
}
