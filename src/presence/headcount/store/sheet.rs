//! What a list for paper is made of.

use super::reading::{basis, source, status};
use crate::database::{Database, DatabaseError, Row, Statement, ToSql, statement};
use crate::model::{AreaId, HeadcountId, HeadcountStatus, OrganizationId, PersonId};
use crate::presence::headcount::reach::Reach;
use crate::presence::headcount::sheet::SheetLine;

const AREAS: Statement = statement!("presence/headcount_sheet_areas");
const SHEET: Statement = statement!("presence/headcount_sheet");

/// Areas in which somebody is in sight, or the one asked for if it is among them.
pub(in crate::presence::headcount) async fn sheet_areas(
    database: &Database,
    Reach { everywhere, areas, persons }: &Reach,
    id: HeadcountId,
    area: Option<&AreaId>,
) -> Result<Vec<AreaId>, DatabaseError> {
    let area = area.map(AreaId::as_str);
    let asked: [&(dyn ToSql + Sync); 5] = [&id.0, everywhere, areas, persons, &area];
    let rows = database.reader().await?.rows(&AREAS, &asked).await?;
    let ids = rows.iter().map(|row| Ok(AreaId::from(row.try_get::<_, &str>("area_id")?)));
    ids.collect()
}

/// The people in sight of one area, by name.
pub(in crate::presence::headcount) async fn sheet(
    database: &Database,
    Reach { everywhere, areas, persons }: &Reach,
    id: HeadcountId,
    (area, status): (&AreaId, Option<HeadcountStatus>),
) -> Result<Vec<SheetLine>, DatabaseError> {
    let (area, status) = (area.as_str(), status.map(HeadcountStatus::as_str));
    let asked: [&(dyn ToSql + Sync); 6] = [&id.0, everywhere, areas, persons, &area, &status];
    let rows = database.reader().await?.rows(&SHEET, &asked).await?;
    rows.iter().map(line_of).collect()
}

fn line_of(row: &Row) -> Result<SheetLine, DatabaseError> {
    let sponsor: String = row.try_get("sponsor")?;
    Ok(SheetLine {
        person_id: PersonId(row.try_get("person_id")?),
        family_name: row.try_get("family_name")?,
        given_names: row.try_get("given_names")?,
        staff_no: row.try_get("staff_no")?,
        category: row.try_get("category")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        basis: basis(row)?,
        overstays: row.try_get("overstays")?,
        left_behind: row.try_get("left_behind")?,
        sponsor: Some(sponsor).filter(|name| !name.is_empty()),
        source: source(row)?,
        source_at: row.try_get("source_at")?,
        contacts: row.try_get("contacts")?,
        status: status(row)?,
        observed_at: row.try_get("observed_at")?,
    })
}
