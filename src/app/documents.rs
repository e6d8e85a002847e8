//! The OpenAPI document, the page made of it, and the page at the root.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::contract;
use super::operations;
use crate::desk;
use crate::identity;
use crate::people;
use crate::presence;
use crate::relay;
use crate::trips;
use crate::web::{Fault, Kind, Patterns, ProblemBody, wing};
use crate::world;

/// What must be said of the shipped data, as it stands beside it.
const LICENSES: &str = include_str!("../../data/LICENSES.md");

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
padding:0 1rem;color:#1a1f26}code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f5f7;\
border-radius:4px}code{padding:.1em .3em}pre{padding:1rem;overflow:auto}h2{margin-top:2.5rem;\
border-bottom:1px solid #d8dde3}details{border:1px solid #d8dde3;border-radius:6px;margin:.5rem 0;\
padding:.4rem .8rem}summary{cursor:pointer}b.verb{display:inline-block;min-width:4.5rem;\
color:#0b57a4}small{color:#5a6572}";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "safeconduct",
        description = "Open travel clearance: a trip in, a reasoned decision for every stay out. \
                       Boundaries are a de facto view and imply no opinion on the legal status of \
                       any territory."
    ),
    components(schemas(ProblemBody, Fault)),
    security(("bearer" = []))
)]
struct Base;

#[derive(OpenApi)]
#[openapi(paths(get_openapi, get_docs, get_root))]
struct Api;

/// The document as the program serves it, and what is made from it once.
#[derive(Debug)]
pub struct Documents {
    json: String,
    page: String,
    patterns: Patterns,
}

impl Documents {
    /// Renders the document and the page.
    pub(super) fn new() -> Self {
        let document = document();
        let json = document.to_pretty_json().unwrap_or_default();
        let value: Value = serde_json::from_str(&json).unwrap_or_default();
        Self { page: page(&value), patterns: Patterns::of(&document.paths), json }
    }

    /// The methods that a path takes; none where it is unknown. What answers GET answers HEAD.
    pub(super) fn methods_of(&self, path: &str) -> Vec<&str> {
        self.patterns.methods_of(path)
    }
}

/// The OpenAPI 3.1 document, generated from the handlers of every room.
pub fn openapi() -> String {
    document().to_pretty_json().unwrap_or_default()
}

fn document() -> OpenApiDocument {
    let mut document = Base::openapi();
    for room in rooms() {
        document.merge(room);
    }
    contract::complete(&mut document);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    if let Some(components) = &mut document.components {
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    document
}

/// Every room's part of the document.
fn rooms() -> [OpenApiDocument; 14] {
    [
        desk::MissionApi::openapi(),
        desk::Api::openapi(),
        operations::Api::openapi(),
        identity::Api::openapi(),
        people::Api::openapi(),
        presence::Api::openapi(),
        presence::HeadcountApi::openapi(),
        relay::Api::openapi(),
        trips::Api::openapi(),
        world::Api::openapi(),
        world::LevelApi::openapi(),
        world::PolicyApi::openapi(),
        world::AdvisoryApi::openapi(),
        Api::openapi(),
    ]
}

/// The pages' routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(get_openapi).service(get_docs).service(get_root);
    });
}

/// This document.
#[utoipa::path(
    tag = "documents",
    security(()),
    responses((status = 200, body = Object, content_type = "application/json"))
)]
#[get("/openapi.json")]
async fn get_openapi(documents: Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(documents.json.clone())
}

/// This document as a page.
#[utoipa::path(
    tag = "documents",
    security(()),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/docs")]
async fn get_docs(documents: Data<Documents>) -> HttpResponse {
    html(documents.page.clone())
}

/// A page for a person who finds the service.
#[utoipa::path(
    tag = "documents",
    security(()),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/")]
async fn get_root() -> HttpResponse {
    html(framed(
        "safeconduct",
        "<h1>safeconduct</h1><p>Open travel clearance: a trip goes in over REST, and every stay in \
         every security area gets its own decision, with reasons.</p><ul>\
         <li><a href=\"/docs\">The API, described</a> \
         (<a href=\"/openapi.json\">OpenAPI document</a>)</li>\
         <li><a href=\"/readyz\">Whether the service is ready</a></li>\
         <li><a href=\"/metrics\">Metrics</a></li></ul>\
         <p><small>Boundaries are a de facto view and imply no opinion on the legal status of any \
         territory. A decision given here is negative until it is positive: silence is never \
         consent.</small></p>",
    ))
}

fn html(page: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"))
        .body(page)
}

fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style>{body}</html>"
    )
}

/// The document as a page: operations by tag, then problems, then schemas.
fn page(document: &Value) -> String {
    let mut body = String::from("<h1>safeconduct: the API</h1>");
    let about = document.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    let _infallible = write!(body, "<p>{}</p>", escaped(about));
    for (tag, operations) in by_tag(document) {
        let _infallible = write!(body, "<h2 id=\"{0}\">{0}</h2>", escaped(tag));
        for (method, path, operation) in operations {
            body.push_str(&described(method, path, operation));
        }
    }
    body.push_str("<h2 id=\"problems\">problems</h2><ul>");
    for kind in Kind::ALL {
        let (slug, status, title) = (kind.slug(), kind.status(), kind.title());
        let _infallible =
            write!(body, "<li><code>/problems/{slug}</code> ({status}): {}</li>", escaped(title));
    }
    body.push_str("</ul><h2 id=\"schemas\">schemas</h2>");
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _infallible = write!(
            body,
            "<details id=\"{0}\"><summary><code>{0}</code></summary><pre>{1}</pre></details>",
            escaped(name),
            escaped(&text)
        );
    }
    let _infallible = write!(body, "<h2 id=\"data\">data</h2><pre>{}</pre>", escaped(LICENSES));
    framed("safeconduct: the API", &body)
}

type Operations<'d> = Vec<(&'d str, &'d str, &'d Value)>;

fn by_tag(document: &Value) -> BTreeMap<&str, Operations<'_>> {
    let mut tags: BTreeMap<&str, Operations<'_>> = BTreeMap::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or("other");
            tags.entry(tag).or_default().push((method, path, operation));
        }
    }
    tags
}

fn described(method: &str, path: &str, operation: &Value) -> String {
    let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default();
    let text = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut parts = String::new();
    for name in ["parameters", "requestBody", "responses"] {
        if let Some(part) = operation.get(name) {
            let part = serde_json::to_string_pretty(part).unwrap_or_default();
            let _infallible = write!(parts, "<p>{name}</p><pre>{}</pre>", escaped(&part));
        }
    }
    format!(
        "<details><summary><b class=\"verb\">{}</b> <code>{}</code> {}</summary><p>{}</p>{parts}</details>",
        method.to_ascii_uppercase(),
        escaped(path),
        escaped(summary),
        escaped(text)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rooms_give_one_name_to_different_schemas() {
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for room in rooms() {
            let room = serde_json::to_value(room).unwrap();
            let schemas = room.pointer("/components/schemas").and_then(Value::as_object);
            for (name, schema) in schemas.into_iter().flatten() {
                let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(first, schema, "{name}");
            }
        }
        assert!(known.len() > 40, "{}", known.len());
    }
}
