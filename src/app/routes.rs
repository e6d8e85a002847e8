//! Every room's routes in one place.

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
        .app_data(Data::new(parts.trips.clone()))
        // wings are tried in their order: what is asked most comes first
        .configure(trips::configure)
        .configure(|config| world::configure(config, &Data::new(parts.world_parts())))
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
        .app_data(Data::new(parts.headcounts.clone()))
        .configure(presence::configure_headcounts)
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
