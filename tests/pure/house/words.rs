//! Names and sizes: what a file may be called, how long it may be, what nobody writes down.

#![expect(clippy::string_slice, reason = "offsets come from searching the same text")]

use super::reading::Source;
use super::tree::Text;
use super::{Finding, must_be_clean, tree};

/// A file that needs more than this has two meanings.
const LONGEST_FILE: usize = 500;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 14] = [
    "util", "utils", "helper", "helpers", "common", "core", "manager", "managers", "service",
    "services", "type", "types", "misc", "shared",
];

/// Top folders of somebody's machine; a path that begins there means nothing to anybody else.
const MACHINE_FOLDERS: [&str; 6] = ["home", "root", "Users", "work", "workspace", "mnt"];

const NOT_PROSE: [&str; 3] = [".csv", ".geojson", ".lock"];

fn empty_names(paths: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    for path in paths {
        let parts = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
        for part in parts.filter(|part| EMPTY_NAMES.contains(part)) {
            let fix = "name it after what it means in the domain";
            found.push(Finding::new(path, 0, format!("`{part}` says nothing"), fix));
        }
    }
    found
}

fn empty_module_names(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        for pair in source.tokens.windows(2) {
            if pair[0].text == "mod" && EMPTY_NAMES.contains(&pair[1].text.as_str()) {
                let what = format!("module `{}` says nothing", pair[1].text);
                let fix = "name it after what it means in the domain";
                found.push(Finding::new(&source.path, pair[1].line, what, fix));
            }
        }
    }
    found
}

fn too_long(texts: &[Text]) -> Vec<Finding> {
    let long = texts.iter().filter_map(|text| {
        let lines = text.text.lines().count();
        let what = format!("has {lines} lines, {LONGEST_FILE} at most");
        let fix = "split it by meaning";
        (lines > LONGEST_FILE).then(|| Finding::new(&text.path, lines, what, fix))
    });
    long.collect()
}

/// Marks of unfinished work. They are put together here so that this file has none.
fn unfinished_marks() -> [String; 3] {
    [["TO", "DO"], ["FIX", "ME"], ["HA", "CK"]].map(|halves| halves.concat())
}

fn unfinished(texts: &[Text]) -> Vec<Finding> {
    let marks = unfinished_marks();
    let mut found = Vec::new();
    for text in texts {
        for (index, line) in text.text.lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric());
            if words.any(|word| marks.iter().any(|mark| mark == word)) {
                let fix = "do it, or open an issue and say what is missing in the documents";
                found.push(Finding::new(&text.path, index + 1, "unfinished work is noted", fix));
            }
        }
    }
    found
}

fn machine_paths(texts: &[Text]) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in texts {
        for (index, line) in text.text.lines().enumerate() {
            for folder in MACHINE_FOLDERS {
                if names_folder(line, folder) {
                    let what = format!("names a path in /{folder} of somebody's machine");
                    let fix = "write paths relative to the repository";
                    found.push(Finding::new(&text.path, index + 1, what, fix));
                }
            }
        }
    }
    found
}

/// Whether a line has `/folder/…` at the beginning of a path.
fn names_folder(line: &str, folder: &str) -> bool {
    let start = format!("/{folder}/");
    line.match_indices(&start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + start.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~}>)*".contains(c))
            && after.is_some_and(|c| c.is_alphanumeric() || "._-$".contains(c))
    })
}

/// Everything committed that people write and read.
fn prose() -> Vec<Text> {
    let mut texts = tree::texts("", &[]);
    texts.retain(|text| !NOT_PROSE.iter().any(|end| text.path.ends_with(end)));
    assert!(texts.len() > 30, "the tree was not found: {} texts", texts.len());
    texts
}

#[test]
fn names_say_something() {
    let mut paths = tree::paths("src");
    paths.extend(tree::paths("tests"));
    paths.extend(tree::paths("tools"));
    must_be_clean("empty names", &empty_names(&paths));
    must_be_clean("empty names", &empty_module_names(&tree::sources()));
}

#[test]
fn files_have_one_meaning_and_five_hundred_lines_at_most() {
    let mut texts = tree::texts("src", &[".rs"]);
    texts.extend(tree::texts("tests", &[".rs"]));
    texts.extend(tree::texts("tools", &[".sh"]));
    texts.extend(tree::texts("sql", &[".sql"]));
    must_be_clean("file length", &too_long(&texts));
}

#[test]
fn nothing_unfinished_is_left_in_the_text() {
    must_be_clean("unfinished", &unfinished(&prose()));
}

#[test]
fn no_path_of_somebodys_machine_is_committed() {
    must_be_clean("machine paths", &machine_paths(&prose()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Text> {
        vec![Text { path: "docs/x.md".to_owned(), text: text.to_owned() }]
    }

    #[test]
    fn empty_names_are_found() {
        let paths = ["src/trips/helpers.rs", "src/core/mod.rs", "src/trips/store.rs"];
        assert_eq!(empty_names(&paths.map(str::to_owned)).len(), 2);
        let source = Source::read("src/trips/mod.rs", "mod types { }\nmod stay;\nuse x::types;");
        assert_eq!(empty_module_names(&[source]).len(), 1);
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(too_long(&text(&"x\n".repeat(501))).len(), 1);
        assert!(too_long(&text(&"x\n".repeat(500))).is_empty());
    }

    #[test]
    fn marks_are_found_as_words() {
        for mark in unfinished_marks() {
            assert_eq!(unfinished(&text(&format!("// {mark}: later"))).len(), 1);
            assert!(unfinished(&text(&format!("{mark}RAIL"))).is_empty());
        }
    }

    #[test]
    fn machine_paths_are_found() {
        for folder in MACHINE_FOLDERS {
            assert_eq!(machine_paths(&text(&format!("see /{folder}/somebody/x"))).len(), 1);
            assert_eq!(machine_paths(&text(&format!("see `/{folder}/x`"))).len(), 1);
            assert!(machine_paths(&text(&format!("https://example.org/{folder}/x"))).is_empty());
            assert!(machine_paths(&text(&format!("the folder /{folder} alone"))).is_empty());
        }
    }
}
