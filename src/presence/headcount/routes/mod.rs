//! The endpoints of headcounts.

mod form;
mod opening;
mod reading;
mod responses;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::{
    Headcount, HeadcountCount, HeadcountEntry, HeadcountError, HeadcountId, HeadcountMix,
    HeadcountPage, HeadcountResponse, HeadcountState, HeadcountTaken, HeadcountView,
};
use crate::model::{AreaId, HeadcountBasis, HeadcountSource, HeadcountStatus};
use crate::web::{Kind, Problem, wing};

/// The operations of headcounts.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        opening::open_headcount,
        opening::close_headcount,
        reading::list_headcounts,
        reading::get_headcount,
        reading::get_headcount_stream,
        reading::get_headcount_list,
        responses::answer_headcount,
    ),
    components(schemas(
        Headcount,
        HeadcountState,
        HeadcountStatus,
        HeadcountBasis,
        HeadcountSource,
        HeadcountCount,
        HeadcountMix,
        HeadcountView,
        HeadcountPage,
        HeadcountEntry,
        HeadcountResponse,
        HeadcountTaken,
        form::HeadcountBody,
        form::ResponseBody,
        form::ResponsesBody,
        responses::ResponseResult,
        responses::ResponseResults,
    ))
)]
pub struct Api;

/// Puts the routes into a worker; they find [`Headcounts`](super::Headcounts) as data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(responses::answer_headcount)
            .service(reading::list_headcounts)
            .service(reading::get_headcount_stream)
            .service(reading::get_headcount_list)
            .service(reading::get_headcount)
            .service(opening::close_headcount)
            .service(opening::open_headcount);
    });
}

/// The id of a path; what is none names nothing.
fn named(path: &str) -> Result<HeadcountId, Problem> {
    path.parse().map_err(|_no_id| Problem::hidden())
}

impl From<HeadcountError> for Problem {
    fn from(error: HeadcountError) -> Self {
        let told = error.to_string();
        match error {
            HeadcountError::Hidden => Self::hidden(),
            HeadcountError::OtherLand(areas) => {
                let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
                Self::new(Kind::Forbidden)
                    .detail("no role of yours covers every area of this headcount")
                    .with("areas", areas)
            }
            HeadcountError::Closed => {
                Self::new(Kind::Conflict).code("HEADCOUNT_CLOSED").detail(told)
            }
            HeadcountError::KeyReused => Self::new(Kind::Unprocessable)
                .code("IDEMPOTENCY_KEY_REUSED")
                .detail("the key stands for another body"),
            HeadcountError::Full => Self::new(Kind::Unavailable).detail(told),
            HeadcountError::Database(error) => error.into(),
            HeadcountError::Overloaded(overloaded) => overloaded.into(),
            HeadcountError::Authority(error) => Self::new(Kind::Unavailable).because(&*error),
            HeadcountError::Unlisted => Self::internal(&error),
            HeadcountError::Encoding(error) => Self::internal(&*error),
        }
    }
}
