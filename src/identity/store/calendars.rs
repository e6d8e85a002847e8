//! The calendars of areas.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::database::{
    BEGIN, COMMIT, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::identity::calendar::Week;
use crate::identity::keeping::{AreaCalendar, Holiday, Times};
use crate::model::{AreaId, PersonId};

const CALENDAR: Statement = statement!("identity/calendar");
const RAISE: Statement = statement!("identity/calendar_raise");
const WEEK: Statement = statement!("identity/calendar_week");
const USUAL: Statement = statement!("identity/calendar_usual");
const FORGET: Statement = statement!("identity/calendar_forget");
const HOLIDAYS: Statement = statement!("identity/calendar_holidays");

/// What is on record of when an area works; none where there is no such area.
pub(in crate::identity) async fn read(
    database: &Database,
    area: &str,
) -> Result<Option<AreaCalendar>, DatabaseError> {
    let row = database.reader().await?.maybe(&CALENDAR, &[&area]).await?;
    row.as_ref().map(calendar).transpose()
}

/// Replaces what an area says of itself; false where another was faster.
pub(in crate::identity) async fn write(
    database: &Database,
    (area, version): (&str, i32),
    times: &Times,
    by: PersonId,
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let raise: [&(dyn crate::database::ToSql + Sync); 3] = [&area, &version, &by.0];
    let answers = connection.group(&[step(&BEGIN, &[]), step(&RAISE, &raise)]).await?;
    if answers.last().is_none_or(Vec::is_empty) {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(false);
    }
    let week = times.week.clone().map(|week| {
        let days: Vec<i16> = week.days.iter().copied().map(i16::from).collect();
        (days, week.opens.to_string(), week.closes.to_string())
    });
    let days: Vec<Date> = times.holidays.iter().map(|holiday| holiday.day).collect();
    let names: Vec<&str> = times.holidays.iter().map(|holiday| holiday.name.as_str()).collect();
    let own: [&(dyn crate::database::ToSql + Sync); 1] = [&area];
    let set: Vec<&(dyn crate::database::ToSql + Sync)> = match &week {
        Some((days, opens, closes)) => vec![&area, days, opens, closes, &by.0],
        None => own.to_vec(),
    };
    let of_week = if week.is_some() { &WEEK } else { &USUAL };
    connection
        .group(&[
            step(of_week, &set),
            step(&FORGET, &own),
            step(&HOLIDAYS, &[&area, &days, &names]),
            step(&COMMIT, &[]),
        ])
        .await?;
    Ok(true)
}

fn calendar(row: &Row) -> Result<AreaCalendar, DatabaseError> {
    let country: Option<&str> = row.try_get("iso2")?;
    let by: Option<Uuid> = row.try_get("changed_by")?;
    let at: Option<Timestamp> = row.try_get("changed_at")?;
    Ok(AreaCalendar {
        area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
        country: country.map(CompactString::from),
        version: row.try_get("version")?,
        changed: by.map(PersonId).zip(at),
        own: times(row, ["week_days", "opens", "closes", "days", "names"])?,
        of_country: times(
            row,
            [
                "country_week_days",
                "country_opens",
                "country_closes",
                "country_days",
                "country_names",
            ],
        )?,
    })
}

fn times(row: &Row, columns: [&str; 5]) -> Result<Times, DatabaseError> {
    let [week_days, opens, closes, days, names] = columns;
    let week_days: Option<Vec<i16>> = row.try_get(week_days)?;
    let hour = |column: &str| -> Result<_, DatabaseError> {
        // PostgreSQL's own form of a time is ISO 8601
        Ok(row.try_get::<_, Option<&str>>(column)?.and_then(|text| text.parse().ok()))
    };
    let hours = hour(opens)?.zip(hour(closes)?);
    let days: Vec<Date> = row.try_get(days)?;
    let names: Vec<String> = row.try_get(names)?;
    let week = week_days.zip(hours).map(|(days, (opens, closes))| Week {
        days: days.into_iter().filter_map(|day| i8::try_from(day).ok()).collect(),
        opens,
        closes,
    });
    let holidays = days.into_iter().zip(names).map(|(day, name)| Holiday { day, name });
    Ok(Times { week, holidays: holidays.collect() })
}
