//! A headcount as it is told: how it stands, the mix, and its people.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{
    AreaId, ClearanceId, HeadcountBasis, HeadcountId, HeadcountSource, HeadcountStatus,
    OrganizationId, PersonId,
};

/// How far a headcount has come (domain.md b.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeadcountState {
    /// Nobody has answered yet.
    Open,
    /// Somebody has.
    Running,
    /// It takes no more responses.
    Closed,
}

impl HeadcountState {
    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Running => "running",
            Self::Closed => "closed",
        }
    }
}

/// A headcount, without its people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Headcount {
    /// Id.
    #[schema(value_type = Uuid)]
    pub headcount_id: HeadcountId,
    /// How far it has come.
    pub state: HeadcountState,
    /// Why it was opened; shown to everybody who is counted.
    pub reason: String,
    /// Areas whose people are counted.
    #[schema(value_type = Vec<String>)]
    pub area_ids: Vec<AreaId>,
    /// What was drawn, as GeoJSON; null where areas were named.
    #[schema(value_type = Option<Object>)]
    pub polygon: Option<Value>,
    /// When who is expected was frozen.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// Who opened it.
    #[schema(value_type = Uuid)]
    pub opened_by: PersonId,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// Who closed it.
    #[schema(value_type = Option<Uuid>)]
    pub closed_by: Option<PersonId>,
    /// Responses so far, corrections included: the number of the last one.
    pub changes: i64,
}

impl Headcount {
    /// How far it has come, seen from its responses and its end.
    pub(super) const fn state_of(changes: i64, closed: bool) -> HeadcountState {
        match (closed, changes) {
            (true, _) => HeadcountState::Closed,
            (false, 0) => HeadcountState::Open,
            (false, _) => HeadcountState::Running,
        }
    }
}

/// How many people stand alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeadcountCount {
    /// What is known of them.
    pub status: HeadcountStatus,
    /// Why they are counted.
    pub basis: HeadcountBasis,
    /// Whose they are.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// How many.
    pub people: i64,
    /// Those of them without a phone on record.
    pub without_phone: i64,
}

/// The mix rather than one number (domain.md c.14).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeadcountMix {
    /// Everybody who is counted, the possible and the unplanned included.
    pub expected: i64,
    /// Safe.
    pub safe: i64,
    /// In need of help.
    pub not_safe: i64,
    /// Known to be somewhere else.
    pub confirmed_elsewhere: i64,
    /// Looked for and not found.
    pub missing: i64,
    /// Injured.
    pub injured: i64,
    /// Held by an authority.
    pub detained: i64,
    /// Held by somebody else.
    pub abducted: i64,
    /// Dead.
    pub deceased: i64,
    /// Nobody has heard of them.
    pub unaccounted: i64,
    /// Of these, without a phone on record.
    pub unaccounted_without_phone: i64,
    /// The same in words: `412 expected: 371 safe, 3 not safe, 38 unaccounted; 21 of these have no
    /// phone`. What nobody is stands only where it is one of these three.
    pub sentence: String,
}

impl HeadcountMix {
    /// The mix of counts.
    pub(super) fn of(counts: &[HeadcountCount]) -> Self {
        let mut mix = Self::default();
        for count in counts {
            mix.expected += count.people;
            *mix.of_status(count.status) += count.people;
            if count.status == HeadcountStatus::Unaccounted {
                mix.unaccounted_without_phone += count.without_phone;
            }
        }
        mix.sentence = mix.words();
        mix
    }

    const fn of_status(&mut self, status: HeadcountStatus) -> &mut i64 {
        match status {
            HeadcountStatus::Unaccounted => &mut self.unaccounted,
            HeadcountStatus::Safe => &mut self.safe,
            HeadcountStatus::NotSafe => &mut self.not_safe,
            HeadcountStatus::ConfirmedElsewhere => &mut self.confirmed_elsewhere,
            HeadcountStatus::Missing => &mut self.missing,
            HeadcountStatus::Injured => &mut self.injured,
            HeadcountStatus::Detained => &mut self.detained,
            HeadcountStatus::Abducted => &mut self.abducted,
            HeadcountStatus::Deceased => &mut self.deceased,
        }
    }

    fn words(&self) -> String {
        let mut words =
            format!("{} expected: {} safe, {} not safe", self.expected, self.safe, self.not_safe);
        for (count, what) in [
            (self.confirmed_elsewhere, "confirmed elsewhere"),
            (self.missing, "missing"),
            (self.injured, "injured"),
            (self.detained, "detained"),
            (self.abducted, "abducted"),
            (self.deceased, "deceased"),
        ] {
            if count > 0 {
                let _infallible = write!(words, ", {count} {what}");
            }
        }
        let _infallible = write!(words, ", {} unaccounted", self.unaccounted);
        if self.unaccounted_without_phone > 0 {
            let has = if self.unaccounted_without_phone == 1 { "has" } else { "have" };
            let without = self.unaccounted_without_phone;
            let _infallible = write!(words, "; {without} of these {has} no phone");
        }
        words
    }
}

/// A headcount with its figures. They count those whom the caller may see.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeadcountView {
    /// The headcount.
    #[serde(flatten)]
    pub headcount: Headcount,
    /// The mix.
    pub mix: HeadcountMix,
    /// How many stand how, by status, basis and organization.
    pub counts: Vec<HeadcountCount>,
}

/// Something that was said of a person. Corrections are added; none is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeadcountResponse {
    /// Its number in the headcount, in the order of recording.
    pub change: i64,
    /// What is known.
    pub status: HeadcountStatus,
    /// When it was seen to be so.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who said so.
    #[schema(value_type = Uuid)]
    pub recorded_by: PersonId,
    /// By which way it came: `radio`, `sms`, …
    pub channel: Option<String>,
    /// Words for security staff; null to the person, save in what they said themselves.
    pub note: Option<String>,
    /// Where the person is, where it was said.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
}

/// A person in a headcount.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of the person by itself")]
pub struct HeadcountEntry {
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Where, by the best estimate when it was opened.
    #[schema(value_type = String)]
    pub area_id: AreaId,
    /// Why the person is counted.
    pub basis: HeadcountBasis,
    /// How the estimate is known.
    pub source: HeadcountSource,
    /// Of when that is.
    #[schema(value_type = String, format = DateTime)]
    pub source_at: Timestamp,
    /// The clearance it follows from.
    #[schema(value_type = Option<Uuid>)]
    pub clearance_id: Option<ClearanceId>,
    /// Should have left, and nobody confirmed it; shown for 72 hours.
    pub overstays: bool,
    /// A dependant whose member of personnel is not expected.
    pub left_behind: bool,
    /// Nobody expected the person: seen there, or added by whoever saw them.
    pub unplanned: bool,
    /// Whose the person is.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// The member of personnel a dependant belongs to.
    #[schema(value_type = Option<Uuid>)]
    pub sponsor_person_id: Option<PersonId>,
    /// Whether a phone is on record.
    pub has_phone: bool,
    /// What is known: the latest observation.
    pub status: HeadcountStatus,
    /// When it was seen to be so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub observed_at: Option<Timestamp>,
    /// Everything that was said, the latest observation first.
    pub responses: Vec<HeadcountResponse>,
}

impl HeadcountEntry {
    /// As the person sees it: what others noted is for security staff.
    pub(super) fn without_notes_of_others(mut self, own: &[Uuid]) -> Self {
        for response in &mut self.responses {
            if !own.contains(&response.recorded_by.0) {
                response.note = None;
            }
        }
        self
    }

    /// Counts people as the database does.
    pub(super) fn counts(entries: &[Self]) -> Vec<HeadcountCount> {
        let mut counts: Vec<HeadcountCount> = Vec::new();
        for entry in entries {
            let without_phone = i64::from(!entry.has_phone);
            let alike = counts.iter_mut().find(|count| {
                (count.status, count.basis, &count.organization)
                    == (entry.status, entry.basis, &entry.organization)
            });
            if let Some(count) = alike {
                count.people += 1;
                count.without_phone += without_phone;
            } else {
                counts.push(HeadcountCount {
                    status: entry.status,
                    basis: entry.basis,
                    organization: entry.organization.clone(),
                    people: 1,
                    without_phone,
                });
            }
        }
        counts
    }
}

/// A headcount with its figures and a page of its people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeadcountPage {
    /// The headcount and its figures; they count everybody in sight, whatever the page shows.
    #[serde(flatten)]
    pub view: HeadcountView,
    /// People, by id.
    pub items: Vec<HeadcountEntry>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(status: HeadcountStatus, people: i64, without_phone: i64) -> HeadcountCount {
        HeadcountCount {
            status,
            basis: HeadcountBasis::Visitor,
            organization: OrganizationId::from("unicef"),
            people,
            without_phone,
        }
    }

    #[test]
    fn the_mix_is_told_as_the_domain_words_it() {
        use HeadcountStatus as S;
        let counts =
            [count(S::Safe, 371, 9), count(S::NotSafe, 3, 0), count(S::Unaccounted, 38, 21)];
        let mix = HeadcountMix::of(&counts);
        let words = "412 expected: 371 safe, 3 not safe, 38 unaccounted; 21 of these have no phone";
        assert_eq!(mix.sentence, words);
        assert_eq!((mix.expected, mix.unaccounted_without_phone), (412, 21));
    }

    #[test]
    fn whatever_else_is_known_is_told_and_adds_up() {
        use HeadcountStatus as S;
        let counts: Vec<_> = S::ALL.iter().map(|status| count(*status, 1, 1)).collect();
        let mix = HeadcountMix::of(&counts);
        assert_eq!(mix.expected, 9);
        assert_eq!(
            mix.sentence,
            "9 expected: 1 safe, 1 not safe, 1 confirmed elsewhere, 1 missing, 1 injured, \
             1 detained, 1 abducted, 1 deceased, 1 unaccounted; 1 of these has no phone"
        );
        assert_eq!(HeadcountMix::of(&[]).sentence, "0 expected: 0 safe, 0 not safe, 0 unaccounted");
    }

    #[test]
    fn a_headcount_runs_from_its_first_response_to_its_end() {
        assert_eq!(Headcount::state_of(0, false), HeadcountState::Open);
        assert_eq!(Headcount::state_of(1, false), HeadcountState::Running);
        assert_eq!(Headcount::state_of(0, true), HeadcountState::Closed);
        assert_eq!(Headcount::state_of(7, true), HeadcountState::Closed);
    }
}
