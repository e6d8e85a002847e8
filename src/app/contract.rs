//! What holds for every operation of the document, said once: refusals that the front and the
//! extractors give whatever the handler does, and the form in which a problem comes.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{Content, OpenApi, RefOr, Required, Response};

use crate::web::Kind;

const PROBLEM: &str = "application/problem+json";
const PROBLEM_SCHEMA: &str = "#/components/schemas/ProblemBody";

/// What any request may meet.
const ALWAYS: [Kind; 2] = [Kind::Internal, Kind::Unavailable];
/// What a request that needs a token may meet besides.
const WITH_TOKEN: [Kind; 4] =
    [Kind::Unauthenticated, Kind::Forbidden, Kind::NotAcceptable, Kind::TooManyRequests];
/// What a request with a body may meet besides.
const WITH_BODY: [Kind; 5] = [
    Kind::Malformed,
    Kind::BodyTimeout,
    Kind::TooLarge,
    Kind::UnsupportedMediaType,
    Kind::Unprocessable,
];
/// What a request about one thing may meet besides.
const WITH_PATH: [Kind; 1] = [Kind::NotFound];
/// What a request with parameters may meet besides.
const WITH_QUERY: [Kind; 1] = [Kind::Unprocessable];
/// What a request with a key for repetitions may meet besides.
const WITH_KEY: [Kind; 2] = [Kind::Malformed, Kind::Unprocessable];
/// What a change of a version that the caller has seen may meet besides.
const WITH_VERSION: [Kind; 2] = [Kind::PreconditionFailed, Kind::PreconditionRequired];

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
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        kinds.extend(of_parameter(parameter));
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

/// What a request may meet because of one parameter.
fn of_parameter(parameter: &Parameter) -> &'static [Kind] {
    let is_required = matches!(parameter.required, Required::True);
    match (&parameter.parameter_in, parameter.name.as_str()) {
        (ParameterIn::Path, _) => &WITH_PATH,
        (ParameterIn::Query | ParameterIn::QueryString, _) => &WITH_QUERY,
        (ParameterIn::Header, "If-Match") if is_required => &WITH_VERSION,
        (ParameterIn::Header, "If-Match") => &[Kind::PreconditionFailed],
        (ParameterIn::Header, "Idempotency-Key") => &WITH_KEY,
        (ParameterIn::Header | ParameterIn::Cookie, _) => &[],
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
