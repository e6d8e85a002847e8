//! `PostGIS` over a connection: the full shapes with a GiST index, and its subdivided table.
//!
//! The full shapes are stored as they are (`STORAGE EXTERNAL`): with the default each question would
//! have to unpack them first.

use safeconduct::atlas::geometry::Path;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, Statement};

use crate::rows::Ours;
use crate::samples::World;
use crate::timing::{Figures, Table};
use crate::wkb;

/// Of the points and routes so many: a question takes about a millisecond.
const POINTS: usize = 2_000;
const ROUTES: usize = 200;

pub(crate) fn measure(dsn: &str, world: &World, ours: &Ours, table: &mut Table) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = runtime.block_on(connect(dsn, world)).expect("PostGIS");
    let prepare = |text: &str| runtime.block_on(client.prepare(text)).expect("a statement");
    let points = &ours.points[..POINTS];

    let statement = prepare(include_str!("../sql/point_full.sql"));
    let full =
        Figures::of(points, |at| ask(&runtime, client.query(&statement, &[&at.lon(), &at.lat()])));
    compare("1  PostGIS, full shapes", 1000.0, full, ours.point, table);

    let statement = prepare(include_str!("../sql/point_subdivided.sql"));
    let pieces =
        Figures::of(points, |at| ask(&runtime, client.query(&statement, &[&at.lon(), &at.lat()])));
    compare("1  PostGIS, subdivided", 300.0, pieces, ours.point, table);

    let statement: Statement = prepare(include_str!("../sql/route_full.sql"));
    let lines: Vec<Vec<u8>> = ours.paths.iter().take(ROUTES).map(line).collect();
    let routes = Figures::of(&lines, |line| ask(&runtime, client.query(&statement, &[line])));
    compare("3  PostGIS, full shapes", 200.0, routes, ours.route, table);
}

fn line(path: &Path) -> Vec<u8> {
    wkb::path(path).into_iter().next().unwrap_or_default()
}

fn ask(
    runtime: &Runtime,
    question: impl Future<Output = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>>,
) -> usize {
    runtime.block_on(question).expect("an answer").len()
}

fn compare(name: &str, goal: f64, theirs: Figures, ours: Figures, table: &mut Table) {
    table.say(&format!("{name}: p50"), theirs.p50, "ns");
    table.say(&format!("{name}: mean"), theirs.mean, "ns");
    table.at_least(&format!("{name} by ours: p50"), goal, theirs.p50 / ours.p50, "x");
    table.at_least(&format!("{name} by ours: mean"), goal, theirs.mean / ours.mean, "x");
}

async fn connect(dsn: &str, world: &World) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(dsn, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute(include_str!("../../verify-geometry/sql/prepare.sql")).await?;
    let shapes: Vec<(i32, Vec<u8>)> =
        (0..).zip(world.areas.iter().map(|(_, shape)| wkb::shape(shape))).collect();
    for rows in shapes.chunks(200) {
        let handles: Vec<i32> = rows.iter().map(|row| row.0).collect();
        let shapes: Vec<&[u8]> = rows.iter().map(|row| row.1.as_slice()).collect();
        let statement = include_str!("../../verify-geometry/sql/add_areas.sql");
        client.execute(statement, &[&handles, &shapes]).await?;
    }
    client.batch_execute(include_str!("../sql/subdivide.sql")).await?;
    Ok(client)
}
