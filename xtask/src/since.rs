//! The rulebook of an earlier revision, taken out of git into a folder for the prover: policies, schema and rules, nothing else. The
//! working tree stays as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::stop::Stop;

/// What of a revision the prover compares.
const PARTS: [&str; 3] = ["crates/rulebook/policies", "crates/rulebook/schema.cedarschema", "crates/rulebook/rules"];
const ROOM: &str = "crates/rulebook/";

/// A folder with the rulebook of a revision. It is removed when it is dropped.
pub struct Earlier {
    folder: PathBuf,
}

impl Earlier {
    /// Takes the rulebook of a revision out of git.
    pub fn take(root: &Path, revision: &str) -> Result<Self, Stop> {
        let commit = commit(root, revision)?;
        let earlier = Self { folder: root.join("target/since").join(&commit) };
        let listed = git(root, &[&["ls-tree", "-r", "--name-only", &commit, "--"][..], &PARTS].concat())?;
        if listed.trim().is_empty() {
            return Err(Stop::Failed(format!("{revision} has no rulebook to compare with.")));
        }
        for path in listed.lines() {
            let text = git(root, &["show", &format!("{commit}:{path}")])?;
            let file = earlier.folder.join(path.strip_prefix(ROOM).unwrap_or(path));
            write(&file, &text)
                .map_err(|error| Stop::Failed(format!("{} cannot be written: {error}.", file.display())))?;
        }
        Ok(earlier)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Earlier {
    fn drop(&mut self) {
        // Under target, where the next build may clear it too: what stays behind harms nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The full name of a commit. The words of an option would be taken for one.
fn commit(root: &Path, revision: &str) -> Result<String, Stop> {
    let asked = format!("{revision}^{{commit}}");
    let found = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked]);
    let found = found.map_err(|_| Stop::Failed(format!("git knows no revision named \u{2018}{revision}\u{2019}.")))?;
    Ok(found.trim().to_owned())
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, Stop> {
    cargo::read(Command::new("git").current_dir(root).args(arguments))
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with two commits of a rulebook, and its folder.
    fn repository(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("stairgate-since-{name}-{}", std::process::id()));
        let git = |arguments: &[&str]| {
            let who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"];
            let status = Command::new("git").current_dir(&root).args(who).args(arguments).status().unwrap();
            assert!(status.success(), "{arguments:?}");
        };
        fs::create_dir(&root).unwrap();
        git(&["init", "--quiet"]);
        for text in ["first", "second"] {
            write(&root.join("crates/rulebook/policies/people.cedar"), text).unwrap();
            write(&root.join("crates/rulebook/schema.cedarschema"), text).unwrap();
            write(&root.join("crates/rulebook/src/lib.rs"), text).unwrap();
            git(&["add", "--all"]);
            git(&["commit", "--quiet", "--message", text]);
        }
        root
    }

    #[test]
    fn a_revision_is_taken_out_whole_and_leaves_nothing_behind() {
        let root = repository("taken");
        let earlier = Earlier::take(&root, "HEAD~1").unwrap();
        let folder = earlier.folder().to_owned();
        assert_eq!(fs::read_to_string(folder.join("policies/people.cedar")).unwrap(), "first");
        assert_eq!(fs::read_to_string(folder.join("schema.cedarschema")).unwrap(), "first");
        assert!(!folder.join("src").exists(), "only what the prover compares");
        assert_eq!(fs::read_to_string(root.join("crates/rulebook/policies/people.cedar")).unwrap(), "second");
        drop(earlier);
        assert!(!folder.exists());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_revision_that_is_none_is_named() {
        let root = repository("none");
        for revision in ["no-such-tag", "--all", "", "HEAD~9"] {
            let Err(Stop::Failed(said)) = Earlier::take(&root, revision) else { panic!("{revision}") };
            assert!(said.contains("git knows no revision"), "{said}");
        }
        fs::remove_dir_all(&root).unwrap();
    }
}
