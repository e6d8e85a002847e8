//! Every operation of the document, asked by every role: the answers are those of a reviewed table.

mod alerts;
mod asked;
mod desk;
mod document;
mod ground;
mod levels;
mod papers;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use reqwest::Method;
use safeconduct::app::openapi;
use serde_json::Value;

use self::asked::{Asked, Sent, asked};
use self::scene::{Scene, Who};
use crate::harness::Answer;

/// What each role must be answered, as a page for review.
const EXPECTED: &str = include_str!("expected.md");

/// Where the program answers otherwise than the words of the table of roles: row, role, what the
/// words ask for, and why it is so. Each is marked `*` in the page.
const EXCEPTIONS: &[(&str, Who, &str, &str)] = &[
    ("check_trip", Who::Auditor, "403", SELF),
    ("check_trip", Who::Admin, "403", SELF),
    ("submit_trip", Who::Auditor, "403", SELF),
    ("submit_trip", Who::Admin, "403", SELF),
    ("submit_batch", Who::Auditor, "403", SELF),
    ("submit_batch", Who::Admin, "403", SELF),
    ("get_clearance_status", Who::Admin, "403", SELF),
    ("query_clearance_status", Who::Admin, "403", SELF),
    ("get_training_status", Who::Admin, "403", SELF),
    ("query_training_status", Who::Admin, "403", SELF),
    ("list_mscrs", Who::Admin, "403", SELF),
    ("check_trip", Who::Exec, "403", SELF),
    ("submit_trip", Who::Exec, "403", SELF),
    ("submit_batch", Who::Exec, "403", SELF),
    ("get_clearance_status", Who::Exec, "403", SELF),
    ("query_clearance_status", Who::Exec, "403", SELF),
    ("get_training_status", Who::Exec, "403", SELF),
    ("query_training_status", Who::Exec, "403", SELF),
    ("check_trip", Who::Air, "403", SELF),
    ("submit_trip", Who::Air, "403", SELF),
    ("submit_batch", Who::Air, "403", SELF),
    ("get_clearance_status", Who::Air, "403", SELF),
    ("query_clearance_status", Who::Air, "403", SELF),
    ("get_training_status", Who::Air, "403", SELF),
    ("query_training_status", Who::Air, "403", SELF),
    ("list_mscrs", Who::Air, "403", SELF),
    ("check_trip", Who::Warden, "403", SELF),
    ("submit_trip", Who::Warden, "403", SELF),
    ("submit_batch", Who::Warden, "403", SELF),
    ("get_clearance_status", Who::Warden, "403", SELF),
    ("query_clearance_status", Who::Warden, "403", SELF),
    ("get_training_status", Who::Warden, "403", SELF),
    ("query_training_status", Who::Warden, "403", SELF),
    ("list_mscrs", Who::Warden, "403", SELF),
    ("list_headcounts", Who::OtherFocal, "403", SELF),
    ("list_headcounts", Who::Focal, "403", SELF),
    ("list_headcounts", Who::Auditor, "403", SELF),
    ("list_headcounts", Who::Admin, "403", SELF),
    ("list_headcounts", Who::Exec, "403", SELF),
    ("list_headcounts", Who::Air, "403", SELF),
];

/// The role gives nothing here; being a person gives oneself.
const SELF: &str = "everyone is also a traveller for themselves: the route is open to them, and \
                    another's trip or person is answered as one that is not there";

/// Rows of the page: cells in the order of [`Who::ALL`].
fn expected() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = EXPECTED.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut rows = rows.map(|row| row.split(" | ").map(str::trim).collect::<Vec<_>>());
    let head: Vec<&str> = Who::ALL.into_iter().map(Who::name).collect();
    assert_eq!(rows.next().unwrap()[1..], head, "the head of the page");
    rows.map(|cells| (cells[0], cells[1..].to_vec())).collect()
}

/// Method and path of each operation of the document.
fn operations() -> BTreeMap<String, (Method, String)> {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let id = operation["operationId"].as_str().unwrap().to_owned();
            operations.insert(id, (method, path.clone()));
        }
    }
    operations
}

/// A row is an operation, or one with a word on what is special: `check_trip, of oneself`.
fn operation_of(row: &str) -> &str {
    row.split(',').next().unwrap()
}

/// Asks as somebody; answers the cell: the status, with `-` where the answer holds nothing of what
/// was asked about.
async fn cell(scene: &Scene, who: Who, (method, path): &(Method, String), asked: Asked) -> String {
    let path = scene.filled(path, asked.instead) + &asked.query;
    let mut request = scene.house().client().request(method.clone(), scene.house().url(&path));
    if let Some(caller) = scene.caller(who) {
        request = request.bearer_auth(&caller.token);
    }
    if *method != Method::GET {
        let key = uuid::Uuid::new_v4().to_string();
        request = request.header("idempotency-key", key).header("if-match", "*");
    }
    let request = match asked.sent {
        Sent::Nothing => request,
        Sent::Json(body) => request.json(&body),
        Sent::Xml(message) => request.header("content-type", "application/cap+xml").body(message),
        Sent::Line(line) => {
            request.header("content-type", "application/x-ndjson").body(line.to_string())
        }
    };
    let answer = Answer::read(request.send().await.unwrap()).await;
    if answer.status >= 400 {
        let refused = answer.status;
        answer.expect(refused);
        return refused.to_string();
    }
    let lacks = asked.shown.is_some_and(|shown| !answer.text.contains(&shown));
    format!("{}{}", answer.status, if lacks { "-" } else { "" })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_every_role_as_the_table_says() {
    let (expected, operations) = (expected(), operations());
    let rows: BTreeSet<&str> = expected.keys().copied().map(operation_of).collect();
    let documented: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(documented, rows, "operations of the document / rows of expected.md");

    let scene = Scene::set().await;
    let head: Vec<&str> = Who::ALL.into_iter().map(Who::name).collect();
    let mut page =
        format!("| operation | {} |\n|---{}|\n", head.join(" | "), "|---".repeat(Who::ALL.len()));
    let mut differences = Vec::new();
    let mut marked = BTreeSet::new();
    for (row, cells) in &expected {
        let _infallible = write!(page, "| {row} |");
        for (who, cell_expected) in Who::ALL.into_iter().zip(cells) {
            let operation = &operations[operation_of(row)];
            let got = cell(&scene, who, operation, asked(&scene, row, who)).await;
            let wanted = cell_expected.trim_end_matches('*');
            if wanted != *cell_expected {
                marked.insert((*row, who));
            }
            if got != wanted {
                differences.push(format!("{row}, {}: {got}, not {wanted}", who.name()));
            }
            let _infallible = write!(page, " {got} |");
        }
        page.push('\n');
    }
    // straight to the terminal: what a test that passes prints is not shown
    writeln!(stderr(), "\n{page}").unwrap();
    assert!(differences.is_empty(), "{}\n{page}", differences.join("\n"));
    let named: BTreeSet<(&str, Who)> =
        EXCEPTIONS.iter().map(|(row, who, ..)| (*row, *who)).collect();
    assert_eq!(marked, named, "cells marked in the page / exceptions with a reason");
    for (row, who, words, _why) in EXCEPTIONS {
        let column = Who::ALL.into_iter().position(|one| one == *who).unwrap();
        assert_ne!(expected[row][column].trim_end_matches('*'), *words, "{row} is no exception");
    }
    scene.close().await;
}
