//! Knowledge that has one place: the environment, status codes, SQL, the HTTP library.

use std::path::Path;

use super::reading::Source;
use super::{Finding, must_be_clean, tree};

fn elsewhere(sources: &[Source], allowed: fn(&str) -> bool) -> impl Iterator<Item = &Source> {
    sources.iter().filter(move |source| !allowed(&source.path))
}

fn is_config(path: &str) -> bool {
    path == "src/config.rs" || path.starts_with("src/config/")
}

fn is_web(path: &str) -> bool {
    path.starts_with("src/web/")
}

fn speaks_http(path: &str) -> bool {
    is_web(path)
        || path == "src/app.rs"
        || path.starts_with("src/app/")
        || path.ends_with("/routes.rs")
        || path.contains("/routes/")
}

fn knows_statements(path: &str) -> bool {
    path.starts_with("src/record/")
        || path.starts_with("src/database/")
        || path.ends_with("/store.rs")
        || path.contains("/store/")
}

fn environment(sources: &[Source]) -> Vec<Finding> {
    const READS: [&str; 6] = ["var", "vars", "var_os", "vars_os", "set_var", "remove_var"];
    let mut found = Vec::new();
    for source in elsewhere(sources, is_config) {
        for name in &source.names {
            let [.., module, function] = name.segments.as_slice() else { continue };
            if module == "env" && READS.contains(&function.as_str()) {
                let fix = "make it a configuration key";
                found.push(Finding::new(&source.path, name.line, "reads the environment", fix));
            }
        }
    }
    found
}

fn status_codes(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in elsewhere(sources, is_web) {
        // the status of an answer that somebody else gave us is not ours to choose
        let client = source.names.iter().any(|name| name.segments[0] == "reqwest");
        for name in &source.names {
            let ours = name.segments[0] == "actix_web" || !client;
            if ours && name.segments.iter().any(|segment| segment == "StatusCode") {
                let fix = "return a problem; web/problem.rs knows its status";
                found.push(Finding::new(&source.path, name.line, "knows status codes", fix));
            }
        }
    }
    found
}

fn http_library(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in elsewhere(sources, speaks_http) {
        for name in source.names.iter().filter(|name| name.segments[0] == "actix_web") {
            let fix = "only routes.rs, web/ and app.rs speak HTTP";
            found.push(Finding::new(&source.path, name.line, "names actix_web", fix));
        }
    }
    found
}

fn sql_text(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        for literal in &source.literals {
            if looks_like_sql(&literal.text) && !source.is_test(literal.line) {
                let shown: String = literal.text.trim().chars().take(40).collect();
                let fix = "move the statement to sql/queries/<room>/";
                let what = format!("SQL in Rust: \"{shown}\"");
                found.push(Finding::new(&source.path, literal.line, what, fix));
            }
        }
    }
    found
}

fn looks_like_sql(text: &str) -> bool {
    const BEGINNINGS: [&str; 26] = [
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "CREATE INDEX ",
        "CREATE UNIQUE INDEX ",
        "CREATE DATABASE ",
        "CREATE SCHEMA ",
        "CREATE FUNCTION ",
        "CREATE OR REPLACE ",
        "CREATE TEMP",
        "DROP TABLE ",
        "DROP INDEX ",
        "DROP DATABASE ",
        "DROP SCHEMA ",
        "DROP FUNCTION ",
        "ALTER TABLE ",
        "ALTER DATABASE ",
        "ALTER SYSTEM ",
        "LOCK TABLE ",
        "SET LOCAL ",
        "SET SESSION ",
        "SET TRANSACTION ",
        "RELEASE SAVEPOINT ",
        "ROLLBACK TO ",
        "BEGIN TRANSACTION",
        "BEGIN ISOLATION",
    ];
    /// These begin ordinary sentences too, so they count in capitals alone.
    const LOUD: [&str; 10] = [
        "SELECT ",
        "COPY ",
        "NOTIFY ",
        "LISTEN ",
        "TRUNCATE ",
        "SAVEPOINT ",
        "ANALYZE",
        "VACUUM",
        "EXPLAIN ",
        "WITH ",
    ];
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_start_matches('(').trim_end_matches(';');
    let upper = text.to_uppercase();
    BEGINNINGS.iter().any(|start| upper.starts_with(start))
        || LOUD.iter().any(|start| text.starts_with(start))
        || ["BEGIN", "COMMIT", "ROLLBACK"].contains(&text)
        || (upper.starts_with("SELECT ") && (upper.contains(" FROM ") || upper.contains('(')))
        || (upper.starts_with("UPDATE ") && upper.contains(" SET "))
        || (upper.starts_with("WITH ") && upper.contains(" AS ("))
        || upper.contains("PG_ADVISORY")
}

/// Whether a text is the path of an SQL file.
fn is_sql(text: &str) -> bool {
    Path::new(text).extension().is_some_and(|ending| ending == "sql")
}

fn statement_files(sources: &[Source]) -> Vec<Finding> {
    let fix = "only store.rs files and record/ know statements";
    let mut found = Vec::new();
    for source in elsewhere(sources, knows_statements) {
        for literal in source.literals.iter().filter(|literal| is_sql(&literal.text)) {
            if !source.is_test(literal.line) {
                let what = format!("names the statement {}", literal.text);
                found.push(Finding::new(&source.path, literal.line, what, fix));
            }
        }
        for name in source.names.iter().filter(|name| is_statement(&name.segments)) {
            if !source.is_test(name.line) {
                found.push(Finding::new(&source.path, name.line, "makes a statement", fix));
            }
        }
    }
    found
}

/// Whether a path is the database's `statement!` or `Statement`.
fn is_statement(segments: &[String]) -> bool {
    segments.iter().any(|segment| segment == "database")
        && segments.last().is_some_and(|last| last == "statement" || last == "Statement")
}

#[test]
fn only_the_configuration_reads_the_environment() {
    must_be_clean("environment", &environment(&tree::sources()));
}

#[test]
fn only_web_knows_status_codes() {
    must_be_clean("status codes", &status_codes(&tree::sources()));
}

#[test]
fn only_routes_and_web_speak_http() {
    must_be_clean("http", &http_library(&tree::sources()));
}

#[test]
fn no_sql_in_rust() {
    must_be_clean("sql in rust", &sql_text(&tree::sources()));
}

#[test]
fn only_stores_and_record_know_statements() {
    must_be_clean("statement files", &statement_files(&tree::sources()));
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rule = fn(&[Source]) -> Vec<Finding>;

    fn count(rule: Rule, path: &str, text: &str) -> usize {
        rule(&[Source::read(path, text)]).len()
    }

    #[test]
    fn the_environment_is_found() {
        let text = "use std::env;\nfn f() { env::var(\"X\"); std::env::vars(); }";
        assert_eq!(count(environment, "src/app.rs", text), 2);
        assert_eq!(count(environment, "src/config/load.rs", text), 0);
        assert_eq!(count(environment, "src/app.rs", "fn f() { env::args(); }"), 0);
    }

    #[test]
    fn status_codes_are_found_except_those_of_others() {
        assert_eq!(
            count(status_codes, "src/trips/routes.rs", "use actix_web::http::StatusCode;"),
            1
        );
        assert_eq!(count(status_codes, "src/trips/routes.rs", "fn f() { StatusCode::OK }"), 1);
        assert_eq!(count(status_codes, "src/demo/x.rs", "use reqwest::{Client, StatusCode};"), 0);
        assert_eq!(
            count(status_codes, "src/web/problem.rs", "use actix_web::http::StatusCode;"),
            0
        );
    }

    #[test]
    fn http_is_found_outside_its_rooms() {
        assert_eq!(count(http_library, "src/trips/check.rs", "use actix_web::web::Json;"), 1);
        assert_eq!(count(http_library, "src/trips/routes.rs", "use actix_web::web::Json;"), 0);
    }

    #[test]
    fn sql_is_found_and_prose_is_not() {
        for sql in [
            "SELECT 1",
            "select id\n  from trip",
            "with x as (select 1) select 2",
            "insert into trip values ($1)",
            "UPDATE trip SET state = $1",
            "COMMIT",
            "BEGIN;",
            "select pg_advisory_lock(1)",
        ] {
            let text = format!("fn f() {{ q({sql:?}) }}");
            assert_eq!(count(sql_text, "src/trips/store.rs", &text), 1, "{sql}");
        }
        for prose in [
            "select an area from the list",
            "with a letter",
            "update the profile",
            "copy from the first",
            "the commit failed",
        ] {
            let text = format!("fn f() {{ q({prose:?}) }}");
            let expected = usize::from(prose == "select an area from the list");
            assert_eq!(count(sql_text, "src/trips/store.rs", &text), expected, "{prose}");
        }
        let test = "#[cfg(test)]\nmod t {\n fn f() { q(\"SELECT 1\") }\n}";
        assert_eq!(count(sql_text, "src/trips/store.rs", test), 0);
    }

    #[test]
    fn statements_are_known_to_stores_alone() {
        let text = "const S: &str = include_str!(\"../../sql/queries/trips/one.sql\");";
        assert_eq!(count(statement_files, "src/trips/check.rs", text), 1);
        assert_eq!(count(statement_files, "src/trips/store.rs", text), 0);
        assert_eq!(count(statement_files, "src/record/commit.rs", text), 0);
    }
}
