//! The rooms stand in one order, and are entered by their front door.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::Source;
use super::{Finding, must_be_clean, tree};

/// A room imports only rooms that stand before it.
const ORDER: [&str; 23] = [
    "model",
    "access",
    "atlas",
    "decision",
    "config",
    "telemetry",
    "tasks",
    "metrics",
    "database",
    "cache",
    "web",
    "identity",
    "record",
    "people",
    "trips",
    "presence",
    "incidents",
    "desk",
    "world",
    "ledger",
    "relay",
    "demo",
    "app",
];

/// Rooms that know nothing of the outside: no I/O, no waiting, no clock.
const PURE: [&str; 4] = ["model", "access", "atlas", "decision"];

/// What `web/` may know of the house: each request has its log line and its stopwatch from telemetry.
const WEB_KNOWS: [&str; 4] = ["model", "access", "telemetry", "metrics"];

/// Rooms that only the assembly may import.
const ENDS: [&str; 2] = ["ledger", "relay"];

/// Crates that bring I/O, waiting, or a clock.
const OUTSIDE: [&str; 13] = [
    "tokio",
    "tokio_postgres",
    "deadpool_postgres",
    "redis",
    "reqwest",
    "actix_web",
    "governor",
    "prometheus",
    "futures_util",
    "tracing",
    "tracing_subscriber",
    "rustls",
    "indicatif",
];

/// Parts of the standard library that reach outside.
const OUTSIDE_STD: [&str; 5] = ["fs", "net", "env", "process", "thread"];

fn place(room: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == room)
}

/// The other rooms that a file names, with the rest of each path.
fn visits(source: &Source) -> impl Iterator<Item = (usize, &str, &[String])> {
    let own = source.room().unwrap_or_default();
    source.names.iter().filter_map(move |name| {
        let [first, room, rest @ ..] = name.segments.as_slice() else { return None };
        let other = first == "crate" && room != own && place(room).is_some();
        other.then_some((name.line, room.as_str(), rest))
    })
}

fn is_assembly(room: &str) -> bool {
    ["lib", "main", "app"].contains(&room)
}

fn out_of_order(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        let own = source.room().unwrap_or_default();
        if is_assembly(own) {
            continue;
        }
        let Some(here) = place(own) else {
            let fix = "give it a place in ORDER, or move it into a room";
            found.push(Finding::new(&source.path, 0, format!("`{own}` is not a room"), fix));
            continue;
        };
        for (line, room, _) in visits(source) {
            if place(room).is_some_and(|there| there > here) {
                let what = format!("`{own}` imports `{room}`, which stands after it");
                let fix = "hand the value in as an argument, or let the later room call";
                found.push(Finding::new(&source.path, line, what, fix));
            }
        }
    }
    found
}

fn narrow_doors(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        let own = source.room().unwrap_or_default();
        for (line, room, _) in visits(source) {
            if own == "web" && !WEB_KNOWS.contains(&room) {
                let fix =
                    "web/ imports model, access, telemetry and metrics; a use case maps the rest";
                found.push(Finding::new(&source.path, line, format!("web/ knows `{room}`"), fix));
            }
            if ENDS.contains(&room) && !is_assembly(own) {
                let fix = "write a row that it reads";
                let what = format!("`{own}` imports `{room}`, which nobody imports");
                found.push(Finding::new(&source.path, line, what, fix));
            }
        }
    }
    found
}

/// The modules inside each room, from the files that hold them.
fn inner_modules(sources: &[Source]) -> BTreeSet<(String, String)> {
    let inside = sources.iter().filter_map(|source| {
        let mut parts = source.path.strip_prefix("src/")?.split('/');
        let (room, inner) = (parts.next()?, parts.next()?.trim_end_matches(".rs"));
        (inner != "mod").then(|| (room.to_owned(), inner.to_owned()))
    });
    inside.collect()
}

fn hands_on(sources: &[Source], room: &str, item: &str) -> bool {
    let front = format!("src/{room}/mod.rs");
    let fronts = sources.iter().filter(|source| source.path == front);
    fronts.flat_map(|source| &source.names).any(|name| {
        matches!(name.segments.as_slice(), [.., module, last] if module == item && last == item)
    })
}

fn back_doors(sources: &[Source]) -> Vec<Finding> {
    let inner = inner_modules(sources);
    let mut found = Vec::new();
    for source in sources {
        for (line, room, rest) in visits(source) {
            let Some(first) = rest.first() else { continue };
            // an item may have the name of the module it comes from, where mod.rs hands it on
            let is_item = rest.len() == 1 && hands_on(sources, room, first);
            if inner.contains(&(room.to_owned(), first.clone())) && !is_item {
                let what = format!("`{room}::{first}` is an inner module of `{room}`");
                let fix = "re-export the item in the room's mod.rs and name it room::Item";
                found.push(Finding::new(&source.path, line, what, fix));
            }
        }
    }
    found
}

fn mutual(sources: &[Source]) -> Vec<Finding> {
    let mut imports: BTreeMap<(String, String), (String, usize)> = BTreeMap::new();
    for source in sources {
        let own = source.room().unwrap_or_default();
        for (line, room, _) in visits(source) {
            let pair = (own.to_owned(), room.to_owned());
            imports.entry(pair).or_insert_with(|| (source.path.clone(), line));
        }
    }
    let both = imports.iter().filter_map(|((own, room), (file, line))| {
        let (back, back_line) = imports.get(&(room.clone(), own.clone()))?;
        let what = format!("`{own}` and `{room}` import each other ({back}:{back_line})");
        Some(Finding::new(file, *line, what, "one of the two must not know the other"))
    });
    both.collect()
}

fn impure(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        if !source.room().is_some_and(|room| PURE.contains(&room)) {
            continue;
        }
        let mut add = |line, what: String| {
            if !source.is_test(line) {
                let fix = "a pure room takes values and returns values";
                found.push(Finding::new(&source.path, line, what, fix));
            }
        };
        for name in &source.names {
            let segments: Vec<&str> = name.segments.iter().map(String::as_str).collect();
            match segments.as_slice() {
                [first, ..] if segments.len() > 1 && OUTSIDE.contains(first) => {
                    add(name.line, format!("names the crate `{first}`"));
                }
                ["std", second, ..] if OUTSIDE_STD.contains(second) => {
                    add(name.line, format!("names `std::{second}`"));
                }
                [.., "Timestamp" | "Zoned" | "Instant" | "SystemTime", "now"] => {
                    add(name.line, "reads a clock".to_owned());
                }
                ["async" | "await"] => add(name.line, "waits".to_owned()),
                _ => {}
            }
        }
        for awaits in source.tokens.windows(2).filter(|w| w[0].text == "." && w[1].text == "await")
        {
            add(awaits[1].line, "waits".to_owned());
        }
    }
    found
}

#[test]
fn rooms_import_only_what_stands_before_them() {
    must_be_clean("room order", &out_of_order(&tree::sources()));
}

#[test]
fn some_rooms_have_narrow_doors() {
    must_be_clean("narrow doors", &narrow_doors(&tree::sources()));
}

#[test]
fn rooms_are_entered_through_their_mod_rs() {
    must_be_clean("front doors", &back_doors(&tree::sources()));
}

#[test]
fn no_two_rooms_import_each_other() {
    must_be_clean("mutual imports", &mutual(&tree::sources()));
}

#[test]
fn pure_rooms_stay_pure() {
    must_be_clean("pure rooms", &impure(&tree::sources()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Vec<Source> {
        vec![Source::read(path, text)]
    }

    #[test]
    fn a_later_room_is_found_however_it_is_named() {
        for text in [
            "use crate::trips::Check;",
            "use crate::{model::Level, trips::{Check}};",
            "fn f() { crate::trips::check() }",
            "use super::super::trips::Check;",
            "mod t { use super::super::super::trips::Check; }",
        ] {
            assert_eq!(out_of_order(&one("src/people/store.rs", text)).len(), 1, "{text}");
        }
        assert!(out_of_order(&one("src/people/store.rs", "use crate::model::Level;")).is_empty());
        assert_eq!(out_of_order(&one("src/extras/mod.rs", "")).len(), 1);
    }

    #[test]
    fn web_and_the_last_rooms_have_narrow_doors() {
        assert_eq!(narrow_doors(&one("src/web/page.rs", "use crate::database::Pool;")).len(), 1);
        assert!(narrow_doors(&one("src/web/page.rs", "use crate::access::Scope;")).is_empty());
        assert_eq!(narrow_doors(&one("src/demo/x.rs", "use crate::relay::Feed;")).len(), 1);
        assert!(narrow_doors(&one("src/app.rs", "use crate::relay::Feed;")).is_empty());
    }

    #[test]
    fn inner_modules_are_found() {
        let sources = [
            Source::read("src/atlas/tree.rs", ""),
            Source::read(
                "src/trips/mod.rs",
                "use crate::atlas::tree::Node;\nuse crate::atlas::Atlas;",
            ),
        ];
        let found = back_doors(&sources);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].file.as_str(), found[0].line), ("src/trips/mod.rs", 1));
    }

    #[test]
    fn an_item_may_have_the_name_of_its_module() {
        let sources = [
            Source::read("src/access/admit.rs", ""),
            Source::read("src/access/mod.rs", "mod admit;\npub use self::admit::{Refused, admit};"),
            Source::read("src/trips/mod.rs", "use crate::access::admit;"),
            Source::read("src/trips/store.rs", "use crate::access::admit::Refused;"),
        ];
        let found = back_doors(&sources);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].file, "src/trips/store.rs");
    }

    #[test]
    fn mutual_imports_are_found() {
        let sources = [
            Source::read("src/desk/mod.rs", "use crate::world::Flip;"),
            Source::read("src/world/mod.rs", "use crate::desk::load;"),
        ];
        assert_eq!(mutual(&sources).len(), 2);
    }

    #[test]
    fn impurity_is_found_outside_tests_only() {
        for text in [
            "use tokio::time::sleep;",
            "use std::{fmt, fs};",
            "fn f() { std::env::var(\"X\"); }",
            "fn f() { let t = jiff::Timestamp::now(); }",
            "async fn f() {}",
            "fn f() { g().await }",
        ] {
            assert_eq!(impure(&one("src/decision/rules.rs", text)).len(), 1, "{text}");
            let test = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}");
            assert!(impure(&one("src/decision/rules.rs", &test)).is_empty(), "{text}");
            assert!(impure(&one("src/trips/mod.rs", text)).is_empty(), "{text}");
        }
        assert!(impure(&one("src/model/x.rs", "use std::fmt; fn redis() {}")).is_empty());
    }
}
