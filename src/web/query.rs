//! Query strings and pages, with every defect told at once.

use actix_web::HttpRequest;
use actix_web::web::Query;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{Faults, Object};
use super::problem::{Kind, Problem};

/// Entries of a page where the caller does not say.
const USUAL: i64 = 50;
/// Entries of a page at most.
const MOST: i64 = 200;

/// A query string, decoded. A parameter given twice is refused.
#[derive(Debug)]
pub struct Parameters(Map<String, Value>);

impl Parameters {
    /// Decodes the request's query string; 400 where it cannot be.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string())
            .map_err(|error| Problem::new(Kind::Malformed).because(&error))?;
        let mut map = Map::new();
        let faults = Faults::new();
        for (name, value) in pairs.into_inner() {
            let pointer = format!("?{name}");
            if map.insert(name, Value::String(value)).is_some() {
                faults.add(pointer, "REPEATED", "is given more than once");
            }
        }
        faults.settle(Some(Self(map)))
    }

    /// Reads the parameters as fields, with pointers such as `?limit`.
    pub fn read<'v>(&'v self, faults: &'v Faults) -> Object<'v> {
        Object::query(&self.0, faults)
    }
}

/// Reads a query string whole: `read` takes what may be there, and everything else is a fault. Every
/// defect is told at once.
pub fn read_query<T>(
    request: &HttpRequest,
    read: impl FnOnce(&mut Object<'_>) -> T,
) -> Result<T, Problem> {
    let parameters = Parameters::of(request)?;
    let faults = Faults::new();
    let mut query = parameters.read(&faults);
    let value = read(&mut query);
    query.finish();
    faults.settle(Some(value))
}

/// Where a page begins and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<C> {
    /// Entries, 1 to 200.
    pub limit: i64,
    /// Where the page before ended, in the room's own terms; none for the first page.
    pub after: Option<C>,
}

impl<C: DeserializeOwned> Page<C> {
    /// Reads `?limit=` and `?cursor=`. A cursor that this service did not write is a fault.
    pub fn read(parameters: &mut Object<'_>) -> Self {
        let limit = parameters.field("limit").integer(1..=MOST).unwrap_or(USUAL);
        let cursor = parameters.field("cursor");
        let after = cursor.text(1..=1000).and_then(|text| {
            let read = decoded(text);
            if read.is_none() {
                cursor.fault("CURSOR", "is not a cursor of this list");
            }
            read
        });
        Self { limit, after }
    }

    /// The page that a request asks for, where nothing but a page may be asked.
    pub fn only(request: &HttpRequest) -> Result<Self, Problem> {
        read_query(request, Self::read)
    }
}

fn decoded<C: DeserializeOwned>(text: &str) -> Option<C> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// A cursor in its opaque form.
pub fn cursor<C: Serialize>(after: &C) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(after).unwrap_or_default())
}

/// A page of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Listed<T> {
    /// The entries.
    pub items: Vec<T>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// Makes a page of rows that were read with `limit + 1`: one more says that there is more.
    pub fn of<C: Serialize>(mut items: Vec<T>, limit: i64, after: impl FnOnce(&T) -> C) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| cursor(&after(last)));
        Self { items, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    type Told = Vec<(String, &'static str)>;

    fn page(query: &str) -> Result<Page<(String, i64)>, Told> {
        let request = TestRequest::with_uri(&format!("/x?{query}")).to_http_request();
        let parameters = Parameters::of(&request).unwrap();
        let faults = Faults::new();
        let mut object = parameters.read(&faults);
        let page = Page::read(&mut object);
        object.finish();
        let told: Vec<_> = faults.into_vec().into_iter().map(|f| (f.pointer, f.code)).collect();
        if told.is_empty() { Ok(page) } else { Err(told) }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = cursor(&("KEN-890", 7));
        let page = page(&format!("limit=200&cursor={cursor}")).unwrap();
        assert_eq!(page, Page { limit: 200, after: Some(("KEN-890".to_owned(), 7)) });
    }

    #[test]
    fn every_fault_of_a_query_is_told() {
        let told = page("limit=201&cursor=%2a&stray=1").unwrap_err();
        let expected = [("?limit", "RANGE"), ("?cursor", "CURSOR"), ("?stray", "UNKNOWN_FIELD")];
        assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn a_page_with_one_row_more_has_a_next() {
        let more = Listed::of(vec![1, 2, 3], 2, |last| *last);
        assert_eq!((more.items.len(), more.next_cursor.is_some()), (2, true));
        let last = Listed::of(vec![1, 2], 2, |last| *last);
        assert_eq!((last.items.len(), last.next_cursor), (2, None));
    }
}
