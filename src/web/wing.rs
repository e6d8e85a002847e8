//! Wings: parts of the application whose routes are tried for their own paths alone.
//!
//! The framework's router tries every route in turn, a regular expression each; with all of them in
//! one row, finding the last cost more than the rest of its request. A wing stands before its routes
//! and lets in what its part of the document describes.

use std::collections::BTreeMap;

use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::web::{ServiceConfig, scope};
use utoipa::OpenApi;
use utoipa::openapi::Paths;
use utoipa::openapi::path::PathItem;

/// Puts routes into a worker, to be tried for the operations that `A` describes and for no others:
/// a route that the document does not have is not found.
pub fn wing<A: OpenApi>(config: &mut ServiceConfig, routes: impl FnOnce(&mut ServiceConfig)) {
    let patterns = Patterns::of(&A::openapi().paths);
    let own =
        fn_guard(move |context| patterns.take(&context.head().method, context.head().uri.path()));
    config.service(scope("").guard(own).configure(routes));
}

/// Patterns of paths such as `/v1/trips/{trip_id}` or `/v1/tiles/{z}/{x}/{y}.mvt`, with what is done
/// to each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    /// By the first two segments, which no pattern has variable.
    by_beginning: BTreeMap<String, Vec<Pattern>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    segments: Vec<Segment>,
    methods: Vec<Method>,
}

/// A segment of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// This and nothing else.
    Fixed(String),
    /// Anything, with this end.
    Variable(String),
}

impl Patterns {
    /// Those of a document.
    pub fn of(paths: &Paths) -> Self {
        let mut by_beginning: BTreeMap<String, Vec<Pattern>> = BTreeMap::new();
        for (path, item) in &paths.paths {
            let pattern = Pattern::of(path, item);
            by_beginning.entry(beginning(path).to_owned()).or_default().push(pattern);
        }
        Self { by_beginning }
    }

    /// Whether an operation of these is asked for.
    fn take(&self, method: &Method, path: &str) -> bool {
        let patterns = self.by_beginning.get(beginning(path));
        patterns.into_iter().flatten().any(|one| one.methods.contains(method) && one.fits(path))
    }

    /// The methods that a path takes, in upper case; none where it is unknown. What answers GET
    /// answers HEAD.
    pub fn methods_of(&self, path: &str) -> Vec<&str> {
        let patterns = self.by_beginning.get(beginning(path)).into_iter().flatten();
        let fitting = patterns.filter(|one| one.fits(path));
        let mut methods: Vec<_> =
            fitting.flat_map(|one| one.methods.iter().map(Method::as_str)).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods
    }
}

/// The first two segments of a path with their strokes, or as many as it has.
fn beginning(path: &str) -> &str {
    let mut strokes = path.match_indices('/').skip(2);
    strokes.next().and_then(|(at, _)| path.get(..at)).unwrap_or(path)
}

impl Pattern {
    fn of(path: &str, item: &PathItem) -> Self {
        let segment = |text: &str| match text.split_once('}') {
            Some((_, rest)) => Segment::Variable(rest.to_owned()),
            None => Segment::Fixed(text.to_owned()),
        };
        let methods = [
            (&item.get, Method::GET),
            (&item.put, Method::PUT),
            (&item.post, Method::POST),
            (&item.delete, Method::DELETE),
            (&item.patch, Method::PATCH),
        ];
        Self {
            segments: path.split('/').map(segment).collect(),
            methods: methods
                .into_iter()
                .filter_map(|(operation, method)| operation.as_ref().map(|_| method))
                .collect(),
        }
    }

    fn fits(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        self.segments.iter().all(|own| {
            segments.next().is_some_and(|segment| match own {
                Segment::Fixed(text) => segment == text,
                Segment::Variable(end) => {
                    segment.strip_suffix(&**end).is_some_and(|own| !own.is_empty())
                }
            })
        }) && segments.next().is_none()
    }
}
