//! The command as `xtask prove` calls it: what it says and how it ends where no solver is needed.

use std::process::{Command, Output};

fn prover(arguments: &[&str], cvc5: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prover"));
    command.args(arguments).env("CVC5", cvc5).output().expect("the prover can be started")
}

#[test]
fn without_cvc5_one_sentence_names_the_package() {
    for arguments in [&[] as &[&str], &["--each"], &["--without", "access-ended"]] {
        let output = prover(arguments, "no-such-solver");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(said.lines().count() == 1 && said.contains("Debian package cvc5"), "{said}");
    }
}

#[test]
fn a_solver_that_does_not_answer_proves_nothing() {
    let output = prover(&[], "false");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn two_wishes_at_once_are_refused() {
    assert_eq!(prover(&["--each", "--without", "access-ended"], "no-such-solver").status.code(), Some(2));
}
