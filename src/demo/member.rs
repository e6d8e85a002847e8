//! A person of the demonstration, invented: of the cast or of the generated population.

use compact_str::CompactString;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use uuid::Uuid;

use super::chance::Chance;
use crate::model::{
    AreaId, Category, CertificateState, LonLat, PersonId, PersonStatus, Recruitment, Relation,
};

/// Milliseconds of the instant in every invented person's id: the first of January 2026.
const ID_MILLIS: u64 = 1_767_225_600_000;

/// The id of an invented person; equal subjects have equal ids in every database.
pub(super) fn person_id(seed: u64, subject: &str, index: u64) -> PersonId {
    PersonId(Chance::of(seed, subject, index).id(ID_MILLIS + index))
}

/// An invented person with all that hangs on them.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) person_id: PersonId,
    pub(super) organization: &'static str,
    pub(super) staff_no: Option<String>,
    pub(super) family_name: &'static str,
    pub(super) given_names: &'static str,
    pub(super) category: Category,
    pub(super) recruitment: Recruitment,
    pub(super) status: PersonStatus,
    pub(super) title: Option<&'static str>,
    pub(super) senior_official: bool,
    pub(super) duty_station: Option<AreaId>,
    pub(super) sponsor: Option<(PersonId, Relation)>,
    pub(super) languages: &'static str,
    pub(super) residence: Option<(CompactString, LonLat)>,
    /// Medical clearance ends so many days from today.
    pub(super) medical_days: Option<u32>,
    pub(super) contacts: Vec<(&'static str, String)>,
    pub(super) kin: Option<Kin>,
    pub(super) certificates: Vec<Held>,
    /// Subject of the person's tokens, for those who log in.
    pub(super) subject: Option<String>,
}

/// Next of kin.
#[derive(Debug, Clone)]
pub(super) struct Kin {
    pub(super) name: String,
    pub(super) relation: &'static str,
    pub(super) phone: String,
}

/// A certificate that a member holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) certificate_id: Uuid,
    pub(super) course: &'static str,
    /// Completed so many days before today.
    pub(super) days_ago: u32,
    /// Years of validity; none never expires.
    pub(super) years: Option<u8>,
    pub(super) state: CertificateState,
}

/// Rows in the text format of `COPY`, one text for each table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) people: String,
    pub(super) contacts: String,
    pub(super) kin: String,
    pub(super) certificates: String,
    pub(super) identities: String,
    /// Ids in the order of `people`.
    pub(super) ids: Vec<Uuid>,
}

/// What the rows of everyone share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// The database's time.
    pub(super) now: Timestamp,
    /// Its day.
    pub(super) today: Date,
    /// Who issues the tokens.
    pub(super) issuer: &'a str,
    /// Who verified the certificates.
    pub(super) verifier: Uuid,
}

impl Rows {
    /// Adds a member's rows.
    pub(super) fn add(&mut self, member: &Member, frame: Frame<'_>) {
        let id = member.person_id.to_string();
        self.ids.push(member.person_id.0);
        self.add_person(member, &id, frame);
        for (position, (kind, value)) in member.contacts.iter().enumerate() {
            let position = position.to_string();
            let verified = frame.now.to_string();
            let verified = (*kind == "mobile").then_some(verified.as_str());
            let row = [Some(id.as_str()), Some(&position), Some(kind), Some(value), verified];
            line(&mut self.contacts, &row);
        }
        if let Some(kin) = &member.kin {
            let row = [
                Some(id.as_str()),
                Some("0"),
                Some(&kin.name),
                Some(kin.relation),
                Some(&kin.phone),
            ];
            line(&mut self.kin, &row);
        }
        for held in &member.certificates {
            self.add_certificate(held, &id, frame);
        }
        if let Some(subject) = &member.subject {
            let identity = Chance::of(1, subject, 0).id(ID_MILLIS).to_string();
            let row = [Some(identity.as_str()), Some(frame.issuer), Some(subject), Some(&id)];
            line(&mut self.identities, &row);
        }
    }

    fn add_person(&mut self, member: &Member, id: &str, frame: Frame<'_>) {
        let sponsor = member.sponsor.map(|(sponsor, _)| sponsor.to_string());
        let place = member.residence.as_ref();
        let lon = place.map(|(_, at)| format!("{:.2}", at.lon()));
        let lat = place.map(|(_, at)| format!("{:.2}", at.lat()));
        let medical =
            member.medical_days.map(|days| later(frame.today, i64::from(days)).to_string());
        let languages = format!("{{{}}}", member.languages);
        let row = [
            Some(id),
            Some(member.organization),
            member.staff_no.as_deref(),
            Some(member.family_name),
            Some(member.given_names),
            Some(member.category.as_str()),
            Some(member.recruitment.as_str()),
            Some(member.status.as_str()),
            member.title,
            Some(if member.senior_official { "t" } else { "f" }),
            member.duty_station.as_ref().map(AreaId::as_str),
            sponsor.as_deref(),
            member.sponsor.map(|(_, relation)| relation.as_str()),
            Some(languages.as_str()),
            place.map(|(name, _)| name.as_str()),
            lon.as_deref(),
            lat.as_deref(),
            medical.as_deref(),
        ];
        line(&mut self.people, &row);
    }

    fn add_certificate(&mut self, held: &Held, id: &str, frame: Frame<'_>) {
        let completed = later(frame.today, -i64::from(held.days_ago));
        let expires = held.years.map(|years| {
            let last = completed.saturating_add(Span::new().years(years));
            later(last, -1).to_string()
        });
        let stands = held.state == CertificateState::Verified;
        let verifier = stands.then(|| frame.verifier.to_string());
        let verified_at = stands.then(|| frame.now.to_string());
        let row = [
            Some(held.certificate_id.to_string()),
            Some(id.to_owned()),
            Some(held.course.to_owned()),
            Some(completed.to_string()),
            expires,
            Some("Learning system (demonstration)".to_owned()),
            Some(if stands { "lms_feed" } else { "typed" }.to_owned()),
            Some(held.state.as_str().to_owned()),
            verifier,
            verified_at,
        ];
        line(&mut self.certificates, &row.each_ref().map(Option::as_deref));
    }
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// One line of `COPY`'s text format.
fn line(table: &mut String, fields: &[Option<&str>]) {
    for (position, field) in fields.iter().enumerate() {
        if position > 0 {
            table.push('\t');
        }
        match field {
            None => table.push_str("\\N"),
            Some(text) => text.chars().for_each(|letter| escaped(table, letter)),
        }
    }
    table.push('\n');
}

fn escaped(table: &mut String, letter: char) {
    match letter {
        '\\' => table.push_str("\\\\"),
        '\t' => table.push_str("\\t"),
        '\n' => table.push_str("\\n"),
        '\r' => table.push_str("\\r"),
        other => table.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_cannot_break_its_line() {
        let mut table = String::new();
        line(&mut table, &[Some("a\tb\\"), None, Some("c\nd")]);
        assert_eq!(table, "a\\tb\\\\\t\\N\tc\\nd\n");
    }
}
