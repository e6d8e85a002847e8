//! Every room's routes in one place.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web};

use super::documents::{self, Documents};
use super::operations;
use super::parts::Parts;
use crate::desk;
use crate::identity::{self, Register};
use crate::people::{self, People};
use crate::presence::{self, Presence};
use crate::relay;
use crate::trips;
use crate::web::{Kind, Problem};
use crate::world;

/// Puts every route and what it needs into a worker.
pub fn configure(config: &mut ServiceConfig, parts: &Data<Parts>, documents: &Data<Documents>) {
    config
        .app_data(parts.clone())
        .app_data(documents.clone())
        .app_data(Data::new(parts.body_limits()))
        // routes are tried in their order: what is asked most comes first
        .app_data(Data::new(parts.trips.clone()))
        .configure(trips::configure)
        .configure(|config| relay::configure(config, &parts.relay))
        .app_data(Data::new(parts.missions()))
        .configure(desk::configure_missions)
        .app_data(Data::new(parts.desk.clone()))
        .configure(desk::configure)
        .configure(operations::configure)
        .configure(documents::configure)
        .app_data(Data::new(Register::new(parts.database.clone(), Arc::clone(&parts.identity))))
        .configure(identity::configure)
        .app_data(Data::new(People::new(parts.database.clone(), parts.recorder.clone())))
        .configure(people::configure)
        .app_data(Data::new(presence_of(parts)))
        .configure(presence::configure)
        .configure(|config| world::configure(config, &Data::new(parts.world_parts())))
        .default_service(web::to(nothing_here));
}

fn presence_of(parts: &Parts) -> Presence {
    let world = parts.world.snapshot();
    Presence::new(parts.database.clone(), world, parts.recorder.clone())
}

/// What no route takes: an unknown path is 404, a known one with another method 405.
async fn nothing_here(
    request: HttpRequest,
    documents: Data<Documents>,
) -> Result<HttpResponse, Problem> {
    let allowed = documents.methods_of(request.path());
    if allowed.is_empty() {
        return Err(Problem::hidden());
    }
    Err(Problem::new(Kind::MethodNotAllowed).header("allow", allowed.join(", ")))
}

/// The methods of each path of an OpenAPI document, in upper case.
pub(super) fn methods(paths: &serde_json::Value) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut methods = BTreeMap::new();
    for (path, operations) in paths.as_object().into_iter().flatten() {
        let segments = path.split('/').map(str::to_owned).collect();
        let names = operations.as_object().into_iter().flatten();
        methods.insert(segments, names.map(|(name, _)| name.to_ascii_uppercase()).collect());
    }
    methods
}

/// Whether a path is of a pattern such as `/v1/trips/{trip_id}` or `/v1/tiles/{z}/{x}/{y}.mvt`, both
/// in segments.
pub(super) fn is_of(pattern: &[String], path: &str) -> bool {
    let mut segments = path.split('/');
    pattern.iter().all(|part| {
        segments.next().is_some_and(|segment| match part.split_once('}') {
            Some((_, rest)) => segment.strip_suffix(rest).is_some_and(|own| !own.is_empty()),
            None => part == segment,
        })
    }) && segments.next().is_none()
}
