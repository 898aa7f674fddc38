//! What the compiler forbids: a permit forged, copied, used twice or kept, a reader made beside the door, a write without a
//! permit. Each case is compiled alone against the library that these tests run with, and must fail for its own reason; the
//! case that does it rightly must compile, or the others would prove nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn what_goes_around_a_door_does_not_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail");
    let mut cases: Vec<PathBuf> =
        folder.read_dir().expect("cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    assert!(cases.len() > 8, "cases are missing: {cases:?}");
    let mut faults = Vec::new();
    for case in cases {
        let text = fs::read_to_string(&case).expect("a case");
        let expected = text.lines().find_map(|line| line.strip_prefix("//@ ")).expect("what the compiler must say");
        let (compiled, said) = compile(&case);
        if let Some(fault) = fault(expected, compiled, &said) {
            faults.push(format!("{}: {fault}\n{said}", case.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong with the outcome: every error must be of the kind that the case is for, and one must name the thing.
fn fault(expected: &str, compiled: bool, said: &str) -> Option<String> {
    if expected == "compiles" {
        return (!compiled).then(|| "does not compile".to_owned());
    }
    let (kind, words) = expected.split_once(": ").expect("`error[E0451]: words`");
    let errors: Vec<&str> =
        said.lines().filter(|line| line.starts_with("error") && !line.starts_with("error: aborting")).collect();
    if compiled {
        Some("compiles".to_owned())
    } else if errors.is_empty() || errors.iter().any(|error| !error.starts_with(&format!("{kind}:"))) {
        Some(format!("fails for another reason than {kind}"))
    } else if !said.contains(words) {
        Some(format!("says nothing of {words}"))
    } else {
        None
    }
}

#[test]
fn a_case_that_fails_for_another_reason_is_no_proof() {
    let said = "error[E0425]: cannot find `permti`\nerror: aborting due to 1 previous error\n";
    assert!(fault("error[E0451]: private", false, said).is_some());
    assert!(fault("error[E0425]: other words", false, said).is_some());
    assert!(fault("error[E0425]: permti", true, "").is_some());
    assert!(fault("compiles", false, said).is_some());
    assert_eq!(fault("error[E0425]: permti", false, said), None);
    assert_eq!(fault("compiles", true, ""), None);
}

/// Whether a case compiles, and what the compiler said.
fn compile(case: &Path) -> (bool, String) {
    let out = tempfile::tempdir().expect("a folder");
    let deps = deps();
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--color", "never"])
        .arg("--extern")
        .arg(format!("stairgate={}", library(&deps).display()))
        .arg("-L")
        .arg(format!("dependency={}", deps.display()))
        .arg("--out-dir")
        .arg(out.path())
        .arg(case)
        .output()
        .expect("the compiler");
    (output.status.success(), String::from_utf8(output.stderr).expect("text"))
}

/// Where this test and what it is linked with lie.
fn deps() -> PathBuf {
    std::env::current_exe().expect("this test").parent().expect("its folder").to_owned()
}

/// The library built last, which is the one that this test was built with.
fn library(deps: &Path) -> PathBuf {
    let entries = deps.read_dir().expect("what was built").map(|entry| entry.expect("a file").path());
    let libraries = entries.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libstairgate-") && name.ends_with(".rlib")
    });
    let built = |path: &PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).expect("a time");
    libraries.max_by_key(built).expect("the library")
}
