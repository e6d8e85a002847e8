//! SQL files: each is used, says what it does, and is written in one way.

#![expect(clippy::string_slice, reason = "offsets come from searching the same text")]

use sha2::{Digest as _, Sha256};

use super::reading::{Piece, Source};
use super::tree::Text;
use super::{Finding, must_be_clean, tree};

const WIDTH: usize = 100;

/// Keywords that can hardly be meant as names; all of them are written in capitals.
const KEYWORDS: &str = " ALL ALTER ANALYZE AND ANY ARRAY AS ASC BETWEEN BY CASE CAST CHECK COLLATE \
    CONFLICT CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIMESTAMP DEFAULT DEFERRABLE DELETE DESC \
    DISTINCT DO DROP ELSE END EXCEPT EXISTS FILTER FOR FOREIGN FROM FULL FUNCTION GRANT GROUP \
    HAVING ILIKE IN INDEX INNER INSERT INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT NATURAL NOT \
    NOTHING NULL NULLS OFFSET ON OR ORDER ORDINALITY OUTER OVER PARTITION PRIMARY REFERENCES \
    RETURNING RETURNS RIGHT SELECT SET TABLE THEN TO TRUNCATE UNION UNIQUE UPDATE USING \
    VALUES VIEW WHEN WHERE WINDOW WITH ";

fn formatting(file: &Text) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |line, what: String, fix| found.push(Finding::new(&file.path, line, what, fix));
    if !file.text.starts_with("-- ") {
        add(1, "does not say what it does".to_owned(), "begin with a line `-- What it does.`");
    }
    if !file.text.ends_with('\n') || file.text.ends_with("\n\n") {
        add(0, "its end is not one newline".to_owned(), "end with exactly one newline");
    }
    for (index, line) in file.text.lines().enumerate() {
        if line.contains('\t') {
            add(index + 1, "has a tab".to_owned(), "indent with spaces");
        }
        if line.ends_with(char::is_whitespace) {
            add(index + 1, "ends in white space".to_owned(), "remove it");
        }
        let columns = line.chars().count();
        if columns > WIDTH {
            add(
                index + 1,
                format!("is {columns} columns wide"),
                "break the line before column 100",
            );
        }
    }
    for (line, word) in small_keywords(&file.text) {
        add(line, format!("keyword `{word}`"), "write keywords in capitals");
    }
    found
}

/// Keywords that are not in capitals, outside comments, strings and quoted names.
fn small_keywords(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut rest, mut line, mut before) = (text, 1, ' ');
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if next == '\'' || next == '"' {
            rest[1..].find(next).map_or(rest.len(), |end| end + 2)
        } else if next.is_alphabetic() || next == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let word = &rest[..end];
            let upper = word.to_uppercase();
            let called = matches!(upper.as_str(), "LEFT" | "RIGHT") && rest[end..].starts_with('(');
            if word != upper && before != '.' && !called && KEYWORDS.contains(&format!(" {upper} "))
            {
                found.push((line, word.to_owned()));
            }
            end
        } else {
            next.len_utf8()
        };
        let (taken, left) = rest.split_at(length);
        line += taken.matches('\n').count();
        before = taken.chars().next_back().unwrap_or(' ');
        rest = left;
    }
    found
}

/// Statements that no source names: by path, as `room/name`, or inside the room by its name alone.
fn unused(files: &[String], sources: &[Source]) -> Vec<Finding> {
    let is_named = |file: &str| {
        let short = file.trim_start_matches("sql/queries/").trim_end_matches(".sql");
        let (room, name) = short.split_once('/').unwrap_or(("", short));
        sources.iter().any(|source| {
            let own = source.room() == Some(room);
            source.literals.iter().any(|Piece { text, .. }| {
                text.ends_with(file) || text == short || (own && text == name)
            })
        })
    };
    let idle = files.iter().filter(|file| !is_named(file));
    idle.map(|file| Finding::new(file, 0, "no source names it", "use it or delete it")).collect()
}

/// Where each migration's sum is kept, as `sha256sum --check` reads it.
const SUMS: &str = "sql/migrations/SHA256SUMS";

/// Migrations whose text is not the one that was recorded, and records of none. A database keeps the
/// sum of what was applied to it, comments and all, and is not opened with another text.
fn rewritten(files: &[Text], sums: &str) -> Vec<Finding> {
    let short = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let sum = |text: &str| format!("{:x}", Sha256::digest(text));
    let kept: Vec<(&str, &str)> = sums.lines().filter_map(|line| line.split_once("  ")).collect();
    let mut found = Vec::new();
    for file in files {
        let name = short(&file.path);
        match kept.iter().find(|(_, of)| *of == name) {
            Some((was, _)) if *was == sum(&file.text) => {}
            Some(_) => found.push(Finding::new(
                &file.path,
                0,
                "was changed, and databases it was applied to will not be opened any more",
                "give it its text back and write a new migration",
            )),
            None => found.push(Finding::new(
                &file.path,
                0,
                format!("has no line in {SUMS}"),
                "add the line that sha256sum prints",
            )),
        }
    }
    let gone = kept.iter().filter(|(_, of)| files.iter().all(|file| short(&file.path) != **of));
    found.extend(gone.map(|(_, of)| Finding::new(SUMS, 0, format!("{of} is gone"), "put it back")));
    found
}

#[test]
fn a_migration_keeps_the_text_it_was_applied_with() {
    let files = tree::texts("sql/migrations", &[".sql"]);
    let sums = tree::texts("sql/migrations", &["SHA256SUMS"]);
    must_be_clean("migrations", &rewritten(&files, &sums[0].text));
}

#[test]
fn sql_is_written_in_one_way() {
    let files = tree::texts("sql", &[".sql"]);
    must_be_clean("sql formatting", &files.iter().flat_map(formatting).collect::<Vec<_>>());
}

#[test]
fn every_statement_is_used() {
    let files: Vec<String> =
        tree::texts("sql/queries", &[".sql"]).into_iter().map(|text| text.path).collect();
    must_be_clean("unused statements", &unused(&files, &tree::sources()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> usize {
        formatting(&Text { path: "sql/queries/x/y.sql".to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn a_tidy_file_has_no_faults() {
        let text = "-- Reads a trip, as it is now.\nSELECT t.id, 'from' AS \"order\", t.end, left(t.a, 3)\n\
            FROM trip AS t /* where */\nWHERE t.id = $1;\n";
        assert_eq!(faults(text), 0);
    }

    #[test]
    fn each_fault_is_found() {
        assert_eq!(faults("SELECT 1;\n"), 1);
        assert_eq!(faults("-- x\nselect 1;\n"), 1);
        assert_eq!(faults("-- x\nSELECT a From b\n"), 1);
        assert_eq!(faults("-- x\n\tSELECT 1;\n"), 1);
        assert_eq!(faults("-- x\nSELECT 1; \n"), 1);
        assert_eq!(faults("-- x\nSELECT 1;"), 1);
        assert_eq!(faults("-- x\nSELECT 1;\n\n"), 1);
        assert_eq!(faults(&format!("-- x\nSELECT {};\n", "a".repeat(100))), 1);
    }

    #[test]
    fn a_migration_with_another_text_is_found() {
        let file =
            |name: &str, text: &str| Text { path: format!("m/{name}"), text: text.to_owned() };
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sums = format!("{abc}  1.sql\n{abc}  2.sql\n");
        let files = [file("1.sql", "abc"), file("2.sql", "abc")];
        assert_eq!(rewritten(&files, &sums), []);
        assert_eq!(rewritten(&[file("1.sql", "abc"), file("2.sql", "-- abc")], &sums).len(), 1);
        assert_eq!(rewritten(&files[..1], &sums).len(), 1, "one is gone");
        assert_eq!(
            rewritten(&[files, [file("3.sql", ""), file("4.sql", "")]].concat(), &sums).len(),
            2
        );
    }

    #[test]
    fn unused_statements_are_found() {
        let files = ["sql/queries/trips/a.sql".to_owned(), "sql/queries/trips/b.sql".to_owned()];
        let text = "const A: &str = include_str!(\"../../sql/queries/trips/a.sql\");";
        let sources = [Source::read("src/trips/store.rs", text)];
        let found = unused(&files, &sources);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].file, files[1]);
        let elsewhere = [Source::read("src/people/store.rs", "const A: &str = own!(\"a\");")];
        assert_eq!(unused(&files, &elsewhere).len(), 2);
    }
}
