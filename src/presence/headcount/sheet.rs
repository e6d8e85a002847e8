//! A list of a headcount's people for paper, for when networks fail (domain.md c.14): an area after
//! the other, people by name, how each is reached and what is known of them. What is heard comes in
//! later, as responses with the time at which it was seen.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use jiff::Timestamp;

use super::error::HeadcountError;
use super::reach::Reach;
use super::store;
use crate::atlas::Atlas;
use crate::database::Database;
use crate::model::{
    AreaId, HeadcountBasis, HeadcountId, HeadcountSource, HeadcountStatus, OrganizationId, PersonId,
};

/// The first line.
const COLUMNS: [&str; 14] = [
    "area_id",
    "area",
    "family_name",
    "given_names",
    "staff_no",
    "organization",
    "category",
    "basis",
    "family_of",
    "source",
    "source_at",
    "contacts",
    "status",
    "observed_at",
];

/// A person on the list.
#[derive(Debug)]
pub(super) struct SheetLine {
    pub(super) person_id: PersonId,
    pub(super) family_name: Option<String>,
    pub(super) given_names: Option<String>,
    pub(super) staff_no: Option<String>,
    pub(super) category: Option<String>,
    pub(super) organization: OrganizationId,
    pub(super) basis: HeadcountBasis,
    /// Should have left, and nobody confirmed it.
    pub(super) overstays: bool,
    /// A dependant whose member of personnel is not expected.
    pub(super) left_behind: bool,
    /// The member of personnel a dependant belongs to.
    pub(super) sponsor: Option<String>,
    pub(super) source: HeadcountSource,
    pub(super) source_at: Timestamp,
    /// Phones and other ways, each after its kind.
    pub(super) contacts: Option<String>,
    pub(super) status: HeadcountStatus,
    pub(super) observed_at: Option<Timestamp>,
}

/// Whose list it is.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) database: Database,
    pub(super) world: Arc<Atlas>,
    pub(super) id: HeadcountId,
    pub(super) reach: Reach,
    pub(super) status: Option<HeadcountStatus>,
}

impl Sheet {
    /// The lines as comma-separated values (RFC 4180), an area at a time; of one area alone where
    /// that is asked.
    pub(super) async fn lines(
        self,
        area: Option<&AreaId>,
    ) -> Result<impl Stream<Item = Result<Bytes, HeadcountError>> + use<>, HeadcountError> {
        let areas = store::sheet_areas(&self.database, &self.reach, self.id, area).await?;
        let head = written(std::iter::once(COLUMNS.map(str::to_owned)))?;
        let pieces = VecDeque::from(areas);
        Ok(unfold((self, Some(head), pieces), |(sheet, head, mut areas)| async move {
            if let Some(head) = head {
                return Some((Ok(head), (sheet, None, areas)));
            }
            let area = areas.pop_front()?;
            let piece = sheet.piece(&area).await;
            if piece.is_err() {
                areas.clear();
            }
            Some((piece, (sheet, None, areas)))
        }))
    }

    async fn piece(&self, area: &AreaId) -> Result<Bytes, HeadcountError> {
        let asked = (area, self.status);
        let lines = store::sheet(&self.database, &self.reach, self.id, asked).await?;
        let name = self.world.area(area).map_or("", |area| area.ground.name.as_str());
        written(lines.into_iter().map(|line| line.cells(area, name)))
    }
}

impl SheetLine {
    fn cells(self, area: &AreaId, area_name: &str) -> [String; COLUMNS.len()] {
        let mut basis = self.basis.as_str().to_owned();
        for (holds, word) in [(self.overstays, "overstays"), (self.left_behind, "left behind")] {
            if holds {
                basis = format!("{basis}, {word}");
            }
        }
        // whoever has no name here is at least told apart
        let family_name = self.family_name.unwrap_or_else(|| self.person_id.to_string());
        let text = |text: Option<String>| text.unwrap_or_default();
        [
            area.as_str().to_owned(),
            area_name.to_owned(),
            family_name,
            text(self.given_names),
            text(self.staff_no),
            self.organization.as_str().to_owned(),
            text(self.category),
            basis,
            text(self.sponsor),
            self.source.as_str().to_owned(),
            self.source_at.to_string(),
            text(self.contacts),
            self.status.as_str().to_owned(),
            self.observed_at.map(|at| at.to_string()).unwrap_or_default(),
        ]
    }
}

fn written(lines: impl Iterator<Item = [String; COLUMNS.len()]>) -> Result<Bytes, HeadcountError> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    for cells in lines {
        writer.write_record(cells.map(plain)).map_err(|_memory| HeadcountError::Unlisted)?;
    }
    let text = writer.into_inner().map_err(|_memory| HeadcountError::Unlisted)?;
    Ok(text.into())
}

/// A cell that no table program takes for a formula.
fn plain(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn line() -> SheetLine {
        SheetLine {
            person_id: PersonId(Uuid::nil()),
            family_name: Some("=cmd(), \"Otieno\"".to_owned()),
            given_names: Some("Grace\nA.".to_owned()),
            staff_no: None,
            category: Some("staff_local".to_owned()),
            organization: OrganizationId::from("unicef"),
            basis: HeadcountBasis::Dependant,
            overstays: false,
            left_behind: true,
            sponsor: Some("Peter Otieno".to_owned()),
            source: HeadcountSource::Itinerary,
            source_at: Timestamp::UNIX_EPOCH,
            contacts: Some("mobile +254 700; email g@example.org".to_owned()),
            status: HeadcountStatus::Unaccounted,
            observed_at: None,
        }
    }

    #[test]
    fn a_line_is_one_record_whatever_a_name_holds() {
        let cells = line().cells(&AreaId::from("KEN-1196"), "Nairobi");
        let text = written([COLUMNS.map(str::to_owned), cells].into_iter()).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_ref());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(&record[2], "'=cmd(), \"Otieno\"");
        assert_eq!((&record[3], &record[7]), ("Grace\nA.", "dependant, left behind"));
        assert_eq!(&record[11], "mobile +254 700; email g@example.org");
        assert!(reader.records().next().is_none());
        assert!(text.ends_with(b"\r\n"));
    }

    #[test]
    fn who_has_no_name_is_told_apart() {
        let nameless = SheetLine { family_name: None, ..line() };
        let cells = nameless.cells(&AreaId::from("KEN-1196"), "Nairobi");
        assert_eq!(cells[2], Uuid::nil().to_string());
    }
}
