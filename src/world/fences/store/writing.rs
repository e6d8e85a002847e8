//! Writes what people change of fences, each change in one short transaction under the lock
//! `world`.

use uuid::Uuid;

use super::edit::{FenceEdit, FenceRow, StandingFence};
use crate::atlas::{Atlas, Shape};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{AreaId, Claim, FenceEffect, FenceId, PersonId};
use crate::world::fences::change::{Before, Ground, Permitted};
use crate::world::fences::{
    FenceChange, FenceChanged, FenceError, FenceRefusal, FenceWish, FenceWritten,
};
use crate::world::store::locked;

const REQUEST: Statement = statement!("world/fence_request");
const GROUND: Statement = statement!("world/fence_ground");
const ANSWER: Statement = statement!("world/fence_answer");

/// What a request to draw a fence comes to.
#[derive(Debug)]
pub(in crate::world) enum FenceDrawn {
    /// It is drawn; the body that was kept for repetitions.
    Drawn(FenceWritten, Vec<u8>),
    /// It was drawn before: the body that was kept.
    Replayed(FenceId, Vec<u8>),
}

/// Draws a fence for a person. `tell` makes of what is written the answer that is kept with the
/// request's key in the same transaction.
pub(in crate::world) async fn draw_for<E: From<FenceRefusal>>(
    database: &Database,
    atlas: &Atlas,
    (wish, by): (&FenceWish, PersonId),
    claim: &Claim,
    tell: impl FnOnce(&FenceWritten) -> Result<Vec<u8>, E>,
) -> Result<FenceDrawn, E> {
    let areas = touched(atlas, &wish.shape)?;
    let fence_id = FenceId(Uuid::now_v7());
    let mut connection = database.writer().await.map_err(refused)?;
    let (rows, ground) = look(&mut connection, fence_id, &areas, (by, Some(claim))).await?;
    if let Some(row) = rows.first() {
        let kept = kept(row, claim).map_err(E::from);
        undone(&mut connection).await?;
        return kept;
    }
    let permitted = match ground.judge(FenceChange::Draw(wish)) {
        Ok(permitted) => permitted,
        Err(refusal) => {
            undone(&mut connection).await?;
            return Err(refusal.into());
        }
    };
    let written = write(&mut connection, (fence_id, wish, by), (areas, &ground), permitted).await?;
    let body = tell(&written)?;
    let (key, fingerprint) = (claim.key_hash.as_slice(), claim.fingerprint.as_slice());
    connection
        .group(&[step(&ANSWER, &[&key, &fingerprint, &fence_id.0, &body]), step(&COMMIT, &[])])
        .await
        .map_err(refused)?;
    Ok(FenceDrawn::Drawn(written, body))
}

/// Draws a fence on record anew for a person. `permit` sees its version first.
pub(in crate::world) async fn redraw_for<E: From<FenceRefusal>>(
    database: &Database,
    atlas: &Atlas,
    (fence_id, wish, by): (FenceId, &FenceWish, PersonId),
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<FenceWritten, E> {
    let areas = touched(atlas, &wish.shape)?;
    let mut connection = database.writer().await.map_err(refused)?;
    let (_, ground) = look(&mut connection, fence_id, &areas, (by, None)).await?;
    match allowed(&ground, FenceChange::Draw(wish), permit) {
        Ok(permitted) => {
            let written =
                write(&mut connection, (fence_id, wish, by), (areas, &ground), permitted).await?;
            connection.group(&[step(&COMMIT, &[])]).await.map_err(refused)?;
            Ok(written)
        }
        Err(refusal) => {
            undone(&mut connection).await?;
            Err(refusal)
        }
    }
}

/// Takes a fence away for a person. `permit` sees its version first.
pub(in crate::world) async fn remove_for<E: From<FenceRefusal>>(
    database: &Database,
    (fence_id, by): (FenceId, PersonId),
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<FenceChanged, E> {
    let mut connection = database.writer().await.map_err(refused)?;
    let (_, ground) = look(&mut connection, fence_id, &[], (by, None)).await?;
    if let Err(refusal) = allowed(&ground, FenceChange::Remove, permit) {
        undone(&mut connection).await?;
        return Err(refusal);
    }
    let gone = [StandingFence { fence_id, areas: ground.touched }];
    let edit = FenceEdit { draws: None, takes_away: &gone, by: Some(by), now: ground.now };
    let (changed, _none) =
        edit.write(&mut connection, &[step(&COMMIT, &[])]).await.map_err(refused)?;
    Ok(changed)
}

/// Whether a person may make a change, without making it: the areas that the fence would touch.
/// `permit` sees the version of a fence on record.
pub(in crate::world) async fn plan_for<E: From<FenceRefusal>>(
    database: &Database,
    atlas: &Atlas,
    (fence_id, change, by): (Option<FenceId>, FenceChange<'_>, PersonId),
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<Vec<AreaId>, E> {
    let areas = match change {
        FenceChange::Draw(wish) => touched(atlas, &wish.shape)?,
        FenceChange::Remove => Vec::new(),
    };
    let names: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let mut connection = database.reader().await.map_err(refused)?;
    let rows = connection.rows(&GROUND, &[&fence_id.map(|id| id.0), &names, &by.0]).await;
    let ground = ground(&rows.map_err(refused)?).map_err(refused)?;
    if fence_id.is_some() {
        allowed(&ground, change, permit)?;
    } else {
        ground.judge(change)?;
    }
    Ok(areas)
}

/// Areas never move, so those that a shape touches are found in any loaded world.
fn touched<E: From<FenceRefusal>>(atlas: &Atlas, shape: &Shape) -> Result<Vec<AreaId>, E> {
    let touched = atlas.areas_touched(shape).map_err(FenceError::from);
    Ok(touched.map_err(FenceRefusal::from)?)
}

fn allowed<E: From<FenceRefusal>>(
    ground: &Ground,
    change: FenceChange<'_>,
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<Permitted, E> {
    let before = ground.before.as_ref().ok_or(FenceRefusal::Unknown)?;
    let permitted = ground.judge(change)?;
    permit(before.version)?;
    Ok(permitted)
}

/// Takes the lock and looks: at what was answered to the request before, and at what a change
/// stands on.
async fn look<E: From<FenceRefusal>>(
    connection: &mut Connection,
    fence_id: FenceId,
    areas: &[AreaId],
    (by, claim): (PersonId, Option<&Claim>),
) -> Result<(Vec<Row>, Ground), E> {
    let key = claim.map(|claim| claim.key_hash.as_slice());
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let answers = locked(
        connection,
        &[step(&REQUEST, &[&key]), step(&GROUND, &[&fence_id.0, &areas, &by.0])],
    )
    .await
    .map_err(refused)?;
    let mut answers = answers.into_iter();
    let request = answers.next().unwrap_or_default();
    let ground = ground(&answers.next().unwrap_or_default()).map_err(refused)?;
    Ok((request, ground))
}

async fn write<E: From<FenceRefusal>>(
    connection: &mut Connection,
    (fence_id, wish, by): (FenceId, &FenceWish, PersonId),
    (areas, ground): (Vec<AreaId>, &Ground),
    permitted: Permitted,
) -> Result<FenceWritten, E> {
    let shape = wish.shape.to_bytes();
    let row = FenceRow {
        fence_id,
        kind: wish.kind,
        name: &wish.name,
        effect: wish.effect,
        validity: wish.validity,
        hours: wish.hours,
        areas: &areas,
        shape: &shape,
        review_at: permitted.review_at,
        emergency: permitted.emergency,
        note: wish.note.as_deref(),
    };
    let before = ground.before.as_ref().map(|_fence| ground.touched.as_slice());
    let draws = Some((row, before));
    let edit = FenceEdit { draws, takes_away: &[], by: Some(by), now: ground.now };
    let (changed, stored) = edit.write(connection, &[]).await.map_err(refused)?;
    let stored = stored.ok_or(DatabaseError::Rows { statement: "world/fence_write", rows: 0 });
    let stored = stored.map_err(refused)?;
    Ok(FenceWritten {
        fence_id,
        version: stored.version,
        areas,
        review_at: permitted.review_at,
        emergency: permitted.emergency,
        created_at: stored.created_at,
        changed_at: stored.changed_at,
        changed,
    })
}

/// What was answered to the same request before.
fn kept(row: &Row, claim: &Claim) -> Result<FenceDrawn, FenceRefusal> {
    let read = || {
        let fingerprint: &[u8] = row.try_get("fingerprint")?;
        let fence_id = FenceId(row.try_get("fence_id")?);
        Ok((fingerprint == claim.fingerprint, fence_id, row.try_get("body")?))
    };
    let (is_same, fence_id, body) = read()
        .map_err(|error: tokio_postgres::Error| FenceError::from(DatabaseError::from(error)))?;
    if is_same { Ok(FenceDrawn::Replayed(fence_id, body)) } else { Err(FenceRefusal::KeyReused) }
}

fn ground(rows: &[Row]) -> Result<Ground, DatabaseError> {
    let row = rows.first().ok_or(DatabaseError::Rows { statement: GROUND.name(), rows: 0 })?;
    let areas = |column: &str| -> Result<Vec<AreaId>, DatabaseError> {
        let ids: Vec<&str> = row.try_get(column)?;
        Ok(ids.into_iter().map(AreaId::from).collect())
    };
    let version: Option<i32> = row.try_get("fence_version")?;
    let effect: Option<&str> = row.try_get("effect")?;
    let (emergency, review_at) = (row.try_get("emergency")?, row.try_get("review_at")?);
    let before = |version| Before {
        version,
        // an effect that this program does not know is taken for the strictest
        effect: effect.and_then(FenceEffect::named).unwrap_or(FenceEffect::Deny),
        emergency: Option::unwrap_or(emergency, false),
        review_at,
    };
    Ok(Ground {
        now: row.try_get("now")?,
        world_version: row.try_get("world_version")?,
        before: version.map(before),
        touched: areas("touched")?,
        beyond: areas("beyond")?,
        is_official: row.try_get("is_official")?,
        is_everywhere: row.try_get("is_everywhere")?,
    })
}

/// Leaves the transaction without a trace.
async fn undone<E: From<FenceRefusal>>(connection: &mut Connection) -> Result<(), E> {
    connection.group(&[step(&ROLLBACK, &[])]).await.map_err(refused)?;
    Ok(())
}

fn refused<E: From<FenceRefusal>>(error: DatabaseError) -> E {
    FenceRefusal::from(FenceError::from(error)).into()
}
