//! The files of the repository, without what is built, fetched or made while running.

use std::fs;
use std::path::{Path, PathBuf};

use super::reading::Source;

const NOT_OURS: [&str; 6] = ["target", ".git", ".dev", "node_modules", "venv", ".venv"];

/// One text file, with its path relative to the repository.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) text: String,
}

pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All paths under a folder of the repository, sorted, relative to the repository.
pub(super) fn paths(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    let root = root();
    let relative = |path: PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let mut found: Vec<String> = found.into_iter().map(relative).collect();
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if NOT_OURS.iter().any(|skip| name == *skip) {
            continue;
        }
        // a link is what it points to, where it stands; its target is read in its own place
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => collect(&entry.path(), found),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

/// The texts under a folder whose name ends as given; what is not UTF-8 is not text.
pub(super) fn texts(folder: &str, endings: &[&str]) -> Vec<Text> {
    paths(folder)
        .into_iter()
        .filter(|path| endings.is_empty() || endings.iter().any(|end| path.ends_with(end)))
        .filter_map(|path| {
            let text = String::from_utf8(fs::read(root().join(&path)).unwrap()).ok()?;
            Some(Text { path, text })
        })
        .collect()
}

/// The Rust files of the crate.
pub(super) fn sources() -> Vec<Source> {
    let found: Vec<Source> =
        texts("src", &[".rs"]).iter().map(|t| Source::read(&t.path, &t.text)).collect();
    assert!(found.len() > 20, "the tree was not found: {} files", found.len());
    found
}
