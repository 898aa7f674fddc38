//! The repository's files, and their code without comments and without test modules. Knows just enough of Rust's spelling for
//! that: strings, characters, comments, braces.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file by its path from the repository's top folder.
pub struct File {
    pub path: String,
    pub text: String,
}

/// The repository's top folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Every file whose name ends so, but for what is built, fetched or filled in.
pub fn files(endings: &[&str]) -> Vec<File> {
    let (root, mut found, mut folders) = (root(), Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().into_owned();
            if entry.file_type().expect("a type").is_dir() {
                if !is_made(&name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending))
                && let Ok(text) = fs::read_to_string(root.join(&path))
            {
                found.push(File { path: name, text });
            }
        }
    }
    assert!(!found.is_empty(), "no file ends with {endings:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// What `.gitignore` names, and git's own folder.
fn is_made(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".git", "target", "node_modules", "dist", "test-results", "playwright-report"].contains(&name)
        || path == "data"
        || path.starts_with("demo")
}

/// The product's own source files.
pub fn product() -> Vec<File> {
    let files = files(&[".rs"]);
    let product: Vec<File> = files.into_iter().filter(|file| file.path.starts_with("crates/app/src/")).collect();
    assert!(product.len() > 50, "the product has moved");
    product
}

impl File {
    /// For trying a check on a text that breaks it.
    pub fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The path below the product's `src`.
    pub fn room(&self) -> &str {
        self.path.strip_prefix("crates/app/src/").unwrap_or(&self.path)
    }

    /// Whether the whole file is a test.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The code: comments and test modules are blank, offsets and lines as in the file.
    pub fn code(&self) -> String {
        let mut bytes = self.text.clone().into_bytes();
        let marks = marks(&self.text);
        for mark in marks.iter().filter(|mark| mark.comment) {
            blank(&mut bytes, mark.range.clone());
        }
        let bare = without_strings(&bytes, &marks);
        for module in test_modules(&bare) {
            blank(&mut bytes, module);
        }
        String::from_utf8(bytes).expect("blanked whole")
    }

    /// `path:line` of an offset.
    pub fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1)
    }
}

/// Every offset at which `needle` begins.
pub fn all(text: &str, needle: &str) -> Vec<usize> {
    text.match_indices(needle).map(|(at, _)| at).collect()
}

/// The name (letters, digits, underscores) that begins at `at`.
pub fn name_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())]
}

/// The name that ends before `at`.
pub fn name_before(text: &str, at: usize) -> &str {
    let before = &text[..at];
    let start = before
        .rfind(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .map_or(0, |found| found + before[found..].chars().next().map_or(0, char::len_utf8));
    &before[start..]
}

/// The quoted text that begins at or after `at`.
pub fn quoted_after(text: &str, at: usize) -> Option<&str> {
    let rest = text[at..].split_once('"')?.1;
    rest.split_once('"').map(|(inner, _)| inner)
}

/// Fails with every fault on a line of its own.
pub fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

struct Mark {
    range: Range<usize>,
    comment: bool,
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    bytes[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

fn without_strings(bytes: &[u8], marks: &[Mark]) -> Vec<u8> {
    let mut bare = bytes.to_vec();
    for mark in marks {
        blank(&mut bare, mark.range.clone());
    }
    bare
}

/// Where comments, strings and characters are.
fn marks(text: &str) -> Vec<Mark> {
    let (bytes, mut marks, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let rest = &text[at..];
        let (length, comment) = match bytes[at] {
            b'/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), true),
            b'/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), true),
            b'"' => (string(rest), false),
            b'r' if is_raw(text, at) => (raw(rest), false),
            b'\'' => (character(rest), false),
            _ => (0, false),
        };
        if length > 0 {
            marks.push(Mark { range: at..at + length, comment });
        }
        at += length.max(rest.chars().next().map_or(1, char::len_utf8));
    }
    marks
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn is_raw(text: &str, at: usize) -> bool {
    let before = name_before(text, at);
    (before.is_empty() || before == "b") && text[at + 1..].trim_start_matches('#').starts_with('"')
}

fn raw(rest: &str) -> usize {
    let fence = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let end = format!("\"{}", "#".repeat(fence));
    let body = fence + 2;
    rest[body..].find(&end).map_or(rest.len(), |found| body + found + end.len())
}

/// A character's length; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(0, |end| 3 + end + 1),
        Some(_) => letters.next().filter(|(_, letter)| *letter == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

/// The bodies of `#[cfg(test)] mod x { ... }`.
fn test_modules(bare: &[u8]) -> Vec<Range<usize>> {
    let text = String::from_utf8_lossy(bare);
    let mut found = Vec::new();
    for at in all(&text, "#[cfg(test)]") {
        let Some(open) = text[at..].find('{') else { continue };
        if text[at..at + open].contains(';') {
            continue; // `mod tests;`: a file of its own
        }
        let mut depth = 0_usize;
        for (offset, byte) in text.bytes().enumerate().skip(at + open) {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                found.push(at..offset + 1);
                break;
            }
        }
    }
    found
}

#[test]
fn code_is_what_is_left_without_comments_and_tests() {
    let file = File::of(
        "x.rs",
        "fn a() { b(\"// \\\" no\", 'x', '\\'', r#\"\"/*\"#); } // gone\n/* gone */ fn c<'a>() {}\n#[cfg(test)]\nmod t { fn gone() { \"}\" } }\nfn d() {}\n",
    );
    let code = file.code();
    assert_eq!(code.len(), file.text.len());
    for kept in ["// \\\" no", "fn c<'a>()", "fn d()"] {
        assert!(code.contains(kept), "{kept} is lost: {code}");
    }
    assert!(!code.contains("gone"), "{code}");
    assert_eq!(file.place(file.text.find("fn d").expect("d")), "x.rs:5");
}
