//! The bare echo that HTTP rows of the budget are held against: the same actix server, the same
//! extractors, no authentication, no limits, no log, no decision. A body is read into the typed
//! request and serialized back; a question, which has none, is answered with the bytes that the
//! service answered to such a question, so that both send as much. Prints its address and serves
//! until it is killed.
//!
//! With a connection string it looks the traveller up by key before it answers a trip or a question
//! about one, in a lane as the service's reads are: one row of one index, the least that an answer
//! from the database can cost. What that is of the bare echo, nothing that reads can surpass.
//!
//! `cargo run --release --example echo -- 127.0.0.1:0 STATUS_ANSWER ADVISORY_ANSWER [POSTGRES]`,
//! two files and a connection string

use std::env::args;
use std::error::Error;
use std::fs::read;
use std::io::{Write as _, stdout};
use std::sync::Arc;

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, web};
use safeconduct::database::{Lane, LaneSettings, Overloaded};
use safeconduct::metrics::Metrics;
use safeconduct::tasks::Tasks;
use safeconduct::trips::body::TripBody;
use serde::Deserialize;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read as the service reads it, and answered by what was kept")]
struct StatusQuestion {
    person: Uuid,
    on: String,
    area: Option<String>,
}

/// What the service answered.
struct Answers {
    status: Bytes,
    advisory: Bytes,
}

/// Whether a person is known, asked in a lane, which lasts as long as its tasks are kept; nothing
/// without a database.
struct Looks(Option<(Lane<Uuid, bool, Overloaded>, Tasks)>);

const LOOK: &str = "SELECT q.number
    FROM unnest($1::uuid[]) WITH ORDINALITY AS q (person_id, number)
    INNER JOIN person AS p ON p.person_id = q.person_id";

impl Looks {
    async fn start(address: Option<String>) -> Result<Self, Box<dyn Error>> {
        let Some(address) = address else { return Ok(Self(None)) };
        let (client, connection) = tokio_postgres::connect(&address, NoTls).await?;
        let tasks = Tasks::new();
        tasks.spawn("connection", async {
            let _closed = connection.await;
        });
        // as the service plans
        client.batch_execute("SET enable_seqscan = off; SET enable_hashjoin = off").await?;
        client.batch_execute("SET enable_mergejoin = off; SET random_page_cost = 0.1").await?;
        let look = client.prepare(LOOK).await?;
        let asked = Arc::new((client, look));
        let settings = LaneSettings { name: "echo", queue: 2048, batch: 256, workers: 1 };
        let lane = Lane::start(settings, &tasks, &Metrics::new()?, move |people| {
            let asked = Arc::clone(&asked);
            async move { known(&asked, &people).await }
        });
        Ok(Self(Some((lane, tasks))))
    }

    async fn look(&self, person: Option<Uuid>) -> actix_web::Result<()> {
        let (Some((lane, _)), Some(person)) = (&self.0, person) else { return Ok(()) };
        if lane.ask(person).await.map_err(ErrorInternalServerError)? {
            return Ok(());
        }
        Err(ErrorInternalServerError("there is no such person"))
    }
}

async fn known(
    (client, look): &(Client, Statement),
    people: &[Uuid],
) -> Vec<Result<bool, Overloaded>> {
    let mut known = vec![Ok(false); people.len()];
    for row in client.query(look, &[&people]).await.unwrap_or_default() {
        let number = usize::try_from(row.get::<_, i64>("number")).unwrap_or_default();
        if let Some(one) = number.checked_sub(1).and_then(|number| known.get_mut(number)) {
            *one = Ok(true);
        }
    }
    known
}

async fn echo_trip(
    body: web::Json<TripBody>,
    looks: Data<Looks>,
) -> actix_web::Result<HttpResponse> {
    let body = body.into_inner();
    let first = body.travellers.clone().into_inner().first().map(|one| one.person_id.0);
    looks.look(first).await?;
    Ok(HttpResponse::Ok().json(body))
}

async fn echo_question(
    question: web::Query<StatusQuestion>,
    (kept, looks): (Data<Answers>, Data<Looks>),
) -> actix_web::Result<HttpResponse> {
    looks.look(Some(question.person)).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(kept.status.clone()))
}

async fn echo_area(_: web::Path<String>, kept: Data<Answers>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(kept.advisory.clone())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = args().skip(1);
    let address = words.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let mut answer = || words.next().map_or(Ok(Bytes::new()), |file| read(file).map(Bytes::from));
    let kept = Data::new(Answers { status: answer()?, advisory: answer()? });
    let looks = Data::new(Looks::start(words.next()).await?);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(kept.clone())
            .app_data(looks.clone())
            .app_data(web::JsonConfig::default().limit(256 * 1024))
            .route("/v1/trips/check", web::post().to(echo_trip))
            .route("/v1/clearance-status", web::get().to(echo_question))
            .route("/v1/advisories/{area_id}", web::get().to(echo_area))
    })
    .workers(2)
    .bind(&address)?;
    for bound in server.addrs() {
        writeln!(stdout(), "http://{bound}")?;
    }
    server.run().await?;
    Ok(())
}
