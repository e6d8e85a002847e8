//! `PostGIS`: what it is given and what it answers.

use std::error::Error;

use safeconduct::atlas::geometry::{Path, Shape};
use safeconduct::model::LonLat;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

use crate::wkb;

/// The handles of areas for each question, in order.
pub(crate) type Answers = Vec<Vec<u32>>;

type Failure = Box<dyn Error>;

/// The one parameter of a question.
type Given<'a> = [&'a (dyn ToSql + Sync); 1];

/// Two sessions, so that both cores work.
pub(crate) struct Judge {
    sessions: [Client; 2],
    areas: i32,
}

impl Judge {
    /// Connects and loads the full shapes.
    pub(crate) async fn with(dsn: &str, shapes: &[&Shape]) -> Result<Self, Failure> {
        let sessions = [connect(dsn).await?, connect(dsn).await?];
        let judge = Self { sessions, areas: i32::try_from(shapes.len())? };
        judge.session().batch_execute(include_str!("../sql/prepare.sql")).await?;
        let handles: Vec<i32> = (0..judge.areas).collect();
        for (handles, shapes) in handles.chunks(200).zip(shapes.chunks(200)) {
            let shapes: Vec<Vec<u8>> = shapes.iter().map(|shape| wkb::shape(shape)).collect();
            let statement = include_str!("../sql/add_areas.sql");
            judge.session().execute(statement, &[&handles, &shapes]).await?;
        }
        let row = judge.session().query_one(include_str!("../sql/check.sql"), &[]).await?;
        let (vertices, invalid): (i64, i64) = (row.get("vertices"), row.get("invalid"));
        let sent: usize = shapes.iter().map(|shape| shape.vertices()).sum();
        if usize::try_from(vertices)? != sent || invalid != 0 {
            return Err(format!("{vertices} of {sent} vertices arrived, {invalid} invalid").into());
        }
        println!("{}", row.get::<_, &str>("version"));
        println!("{} areas, {vertices} vertices, all valid", shapes.len());
        Ok(judge)
    }

    /// Gives it all points and routes. A point at ±180° is asked on both edges of the map.
    pub(crate) async fn load(&self, points: &[LonLat], paths: &[Path]) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for (index, at) in (0_i32..).zip(points) {
            rows.push((index, at.lon(), at.lat()));
            if at.lon().abs() >= 180.0 {
                rows.push((index, -at.lon(), at.lat()));
            }
        }
        for rows in rows.chunks(50_000) {
            let indexes: Vec<i32> = rows.iter().map(|row| row.0).collect();
            let lons: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let lats: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let statement = include_str!("../sql/add_points.sql");
            self.session().execute(statement, &[&indexes, &lons, &lats]).await?;
        }
        let rows: Vec<(i32, Vec<u8>)> = (0_i32..)
            .zip(paths)
            .flat_map(|(index, path)| wkb::path(path).into_iter().map(move |wkb| (index, wkb)))
            .collect();
        for rows in rows.chunks(500) {
            let indexes: Vec<i32> = rows.iter().map(|row| row.0).collect();
            let lines: Vec<&[u8]> = rows.iter().map(|row| row.1.as_slice()).collect();
            let statement = include_str!("../sql/add_routes.sql");
            self.session().execute(statement, &[&indexes, &lines]).await?;
        }
        self.session().batch_execute(include_str!("../sql/index.sql")).await?;
        Ok(())
    }

    /// Which areas cover each point.
    pub(crate) async fn points(&self, count: usize) -> Result<Answers, Failure> {
        self.ask(include_str!("../sql/points.sql"), count).await
    }

    /// Which areas each route touches.
    pub(crate) async fn routes(&self, count: usize) -> Result<Answers, Failure> {
        self.ask(include_str!("../sql/routes.sql"), count).await
    }

    async fn ask(&self, statement: &str, count: usize) -> Result<Answers, Failure> {
        let mut answers = vec![Vec::new(); count];
        let all: Vec<i32> = (0..self.areas).collect();
        for share in all.chunks(200) {
            let (odd, even): (Vec<i32>, Vec<i32>) = share.iter().partition(|&&h| h % 2 == 1);
            let (odd, even): (Given<'_>, Given<'_>) = ([&odd], [&even]);
            let (one, other) = tokio::try_join!(
                self.sessions[0].query(statement, &odd),
                self.sessions[1].query(statement, &even),
            )?;
            for row in one.iter().chain(&other) {
                let (handle, index): (i32, i32) = (row.get(0), row.get(1));
                answers[usize::try_from(index)?].push(u32::try_from(handle)?);
            }
        }
        for answer in &mut answers {
            answer.sort_unstable();
            answer.dedup();
        }
        Ok(answers)
    }

    fn session(&self) -> &Client {
        &self.sessions[0]
    }
}

async fn connect(dsn: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(dsn, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("PostgreSQL: {error}");
        }
    });
    // from area to points, so that an area is prepared once for all its points
    client.batch_execute("SET enable_seqscan = off; SET max_parallel_workers_per_gather = 0").await?;
    Ok(client)
}
