//! Events in the outbox, as the record room would write them, many at a time.

use tokio_postgres::Client;

/// Events to write: each of so many trips changes so often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch<'b> {
    /// The first trip's number.
    pub(super) first_trip: i32,
    pub(super) trips: i32,
    /// Versions of each trip.
    pub(super) versions: (i32, i32),
    pub(super) organization: &'b str,
    pub(super) area: &'b str,
    pub(super) kind: &'b str,
    pub(super) personal: bool,
    /// Characters that every event carries besides.
    pub(super) padding: i32,
}

impl Batch<'_> {
    /// One version of so many trips of `org` in `AAA-1`.
    pub(super) fn of(trips: i32) -> Self {
        Self {
            first_trip: 1,
            trips,
            versions: (1, 1),
            organization: "org",
            area: "AAA-1",
            kind: "clearance.approved",
            personal: false,
            padding: 0,
        }
    }

    /// Writes them, all trips' first versions first.
    pub(super) async fn write(&self, client: &Client) {
        let insert = "INSERT INTO outbox (trip_id, change_no, written_at, event_count, events)
             SELECT lpad(to_hex(trip), 32, '0')::uuid, version, sc_now(), 1, json_build_array(
                 json_build_object(
                     'event_id', gen_random_uuid(), 'kind', $5::text,
                     'at', to_char(sc_now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),
                     'trip_id', lpad(to_hex(trip), 32, '0')::uuid, 'trip_version', version,
                     'clearance_id', gen_random_uuid(), 'areas', json_build_array($7::text),
                     'organization', $6::text, 'personal', $8::boolean,
                     'reasons', json_build_array(), 'padding', repeat('x', $9::integer)
                 )
             )
             FROM generate_series($3::integer, $4::integer) AS version,
                 generate_series($1::integer, $1::integer + $2::integer - 1) AS trip
             ORDER BY version, trip";
        let (from, to) = self.versions;
        client
            .execute(
                insert,
                &[
                    &self.first_trip,
                    &self.trips,
                    &from,
                    &to,
                    &self.kind,
                    &self.organization,
                    &self.area,
                    &self.personal,
                    &self.padding,
                ],
            )
            .await
            .unwrap();
    }
}

/// Waits until everything written has a number; answers the last.
pub(super) async fn numbered(client: &Client) -> i64 {
    let waiting = "SELECT count(*) FROM outbox WHERE feed_seq IS NULL";
    while client.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    client.query_one("SELECT last_seq FROM feed_head", &[]).await.unwrap().get(0)
}
