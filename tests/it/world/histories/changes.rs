//! Changes of the world, foreseen and then made as the service writes them.

use std::sync::Arc;

use reqwest::Method;
use safeconduct::atlas::AreaState;
use safeconduct::model::{
    AreaId, AreaPolicy, Cause, ClearanceMode, Course, CourseRule, SecurityLevel, StatusKind,
};
use safeconduct::world::{Edit, foresee, policy_body};
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::harness::{Answer, Caller};
use crate::trips::stage::{BETWEEN, NAIROBI, NAKURU, Stage};
use crate::world::drawing;

const AREAS: [&str; 3] = [NAIROBI, NAKURU, BETWEEN];

/// Numbers that look random and are the same in every run.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(u64::try_from(all.len()).unwrap())).unwrap()]
    }
}

/// A change that was made.
pub(super) struct Made {
    pub(super) cause: Cause,
    /// The area that was changed; none for a fence.
    pub(super) area: Option<AreaId>,
    /// The counts of it, as they were foreseen.
    pub(super) foreseen: String,
}

async fn foreseen(stage: &Stage, edit: &Edit, cause: Cause) -> String {
    let parts = stage.house.running().parts.world_parts();
    serde_json::to_string(&foresee(&parts, edit, cause).await.unwrap()).unwrap()
}

/// One change of the world, as the service writes one.
pub(super) async fn change(
    stage: &Stage,
    by: &Caller,
    client: &Client,
    chance: &mut Chance,
) -> Made {
    let area_id = AreaId::from(chance.of(&AREAS));
    let kind = chance.below(6);
    if kind == 5 {
        return fence(stage, by, client, chance).await;
    }
    let atlas = stage.house.running().parts.world.snapshot().load();
    let area = atlas.area(&area_id).unwrap();
    let (mut state, mut policy) = (area.state.clone(), AreaPolicy::clone(&area.policy));
    let (set, cause) = match kind {
        0 | 1 => (status(&mut state, StatusKind::Open), Cause::Reopened),
        2 => (status(&mut state, StatusKind::Suspended), Cause::Suspended),
        3 => {
            let level = chance.of(&[1, 2, 3, 4]);
            state.security_level = SecurityLevel::new(level).unwrap();
            (format!("security_level = {level}"), Cause::Level)
        }
        _ => {
            policy = other_policy(chance);
            ("policy_version = policy_version".to_owned(), Cause::Policy)
        }
    };
    let edit = Edit::Area { area_id: area_id.clone(), state, policy: Arc::new(policy.clone()) };
    let foreseen = foreseen(stage, &edit, cause).await;
    if cause == Cause::Policy {
        let body: Value = serde_json::from_str(&policy_body(&policy).unwrap()).unwrap();
        let update = "UPDATE area_policy SET body = $1 WHERE area_id = $2";
        client.execute(update, &[&body, &area_id.as_str()]).await.unwrap();
    }
    write(client, &area_id, &set, cause).await;
    Made { cause, area: Some(area_id), foreseen }
}

fn status(state: &mut AreaState, kind: StatusKind) -> String {
    state.status.kind = kind;
    format!("status = '{}'", kind.as_str())
}

fn other_policy(chance: &mut Chance) -> AreaPolicy {
    let mut policy = AreaPolicy::standard(1, jiff::Timestamp::UNIX_EPOCH);
    policy.clearance_mode =
        chance.of(&[ClearanceMode::Auto, ClearanceMode::Manual, ClearanceMode::ByLevel]);
    if chance.below(4) == 0 {
        policy.training_required =
            vec![CourseRule { course: Course::SSAFE, categories: Vec::new(), min_stay_nights: 0 }];
    }
    policy
}

async fn write(client: &Client, area_id: &AreaId, set: &str, cause: Cause) {
    let (area, cause) = (area_id.as_str(), cause.as_str());
    let text = format!(
        "BEGIN; SELECT lock_world_exclusive(); \
         UPDATE world_state SET version = version + 1; \
         UPDATE area_state SET {set}, revision = (SELECT version FROM world_state) \
         WHERE area_id = '{area}'; \
         INSERT INTO redecision (redecision_id, area_id, cause, world_version) \
         SELECT gen_random_uuid(), '{area}', '{cause}', version FROM world_state; \
         SELECT pg_notify('world', version::text) FROM world_state; COMMIT"
    );
    client.batch_execute(&text).await.unwrap();
}

/// Whoever waits for a person is cleared, and every area is looked at again.
pub(super) async fn give_back(client: &Client) {
    let text = "BEGIN; SELECT lock_world_exclusive(); \
        UPDATE clearance SET state = 'cleared', prior_state = NULL \
            WHERE state = 'pending_review'; \
        UPDATE world_state SET version = version + 1; \
        UPDATE area_state SET revision = (SELECT version FROM world_state) \
            WHERE area_id IN ('KEN-1196', 'KEN-890', 'KEN-1195'); \
        INSERT INTO redecision (redecision_id, area_id, cause, world_version) \
            SELECT gen_random_uuid(), a.area_id, 'level', w.version \
            FROM area AS a CROSS JOIN world_state AS w \
            WHERE a.area_id IN ('KEN-1196', 'KEN-890', 'KEN-1195'); \
        SELECT pg_notify('world', version::text) FROM world_state; COMMIT";
    client.batch_execute(text).await.unwrap();
}

/// A fence over Nakuru is drawn, or taken away.
async fn fence(stage: &Stage, by: &Caller, client: &Client, chance: &mut Chance) -> Made {
    let (house, cause) = (&stage.house, Cause::Fence);
    let standing = "SELECT fence_id::text FROM fence WHERE removed_at IS NULL LIMIT 1";
    if let Some(row) = client.query_opt(standing, &[]).await.unwrap() {
        let path = format!("/v1/fences/{}", row.get::<_, &str>(0));
        let remove = async |path: &str| {
            let request = house.request(by, Method::DELETE, path).header("if-match", "*");
            Answer::read(request.send().await.unwrap()).await
        };
        let foreseen = remove(&format!("{path}?preview=true")).await.expect(200).text;
        remove(&path).await.expect(204);
        return Made { cause, area: None, foreseen };
    }
    let effect = chance.of(&["deny", "manual", "advise"]);
    let ring = json!([[36.0, -0.4], [36.2, -0.4], [36.2, -0.2], [36.0, -0.2], [36.0, -0.4]]);
    let shape = json!({"type": "Polygon", "coordinates": [ring]});
    let body = drawing::fence(&shape, effect);
    let key = Uuid::new_v4().to_string();
    let preview = house.post_once(by, "/v1/fences?preview=true", &key, &body).await;
    let foreseen = preview.expect(200).text;
    drawing::draw(house, by, &body).await.expect(201);
    Made { cause, area: None, foreseen }
}
