//! What holds for every operation of the document, said once: refusals that the front and the
//! extractors give whatever the handler does, and the form in which a problem comes.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{Content, OpenApi, RefOr, Response};

use crate::web::Kind;

const PROBLEM: &str = "application/problem+json";
const PROBLEM_SCHEMA: &str = "#/components/schemas/ProblemBody";

/// What any request may meet.
const ALWAYS: [Kind; 2] = [Kind::Internal, Kind::Unavailable];
/// What a request that needs a token may meet besides.
const WITH_TOKEN: [Kind; 4] =
    [Kind::Unauthenticated, Kind::Forbidden, Kind::NotAcceptable, Kind::TooManyRequests];
/// What a request with a body may meet besides.
const WITH_BODY: [Kind; 4] =
    [Kind::Malformed, Kind::BodyTimeout, Kind::TooLarge, Kind::UnsupportedMediaType];

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let written = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch];
        for operation in written.into_iter().chain([&mut item.delete]).flatten() {
            complete_operation(operation);
        }
    }
}

fn complete_operation(operation: &mut Operation) {
    // An operation says `security(())` where it needs no token; the others inherit the document's.
    let is_open = operation.security.is_some();
    let mut kinds = ALWAYS.to_vec();
    if !is_open {
        kinds.extend(WITH_TOKEN);
    }
    if operation.request_body.is_some() {
        kinds.extend(WITH_BODY);
    }
    let responses = &mut operation.responses.responses;
    for kind in kinds {
        responses.entry(kind.status().to_string()).or_insert_with(|| RefOr::T(problem()));
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
}

fn problem() -> Response {
    let mut response = Response::new("");
    let content = Content::new(Some(Ref::new(PROBLEM_SCHEMA)));
    response.content.insert(PROBLEM.to_owned(), RefOr::T(content));
    response
}

fn complete_response(status: &str, response: &mut Response) {
    if response.description.is_empty() {
        let kind = Kind::ALL.into_iter().find(|kind| kind.status().to_string() == status);
        kind.map_or("The answer", Kind::title).clone_into(&mut response.description);
    }
    let contents = std::mem::take(&mut response.content);
    response.content =
        contents
            .into_iter()
            .map(|(media, content)| {
                if is_problem(&content) { (PROBLEM.to_owned(), content) } else { (media, content) }
            })
            .collect();
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) = content else { return false };
    schema.ref_location == PROBLEM_SCHEMA
}
