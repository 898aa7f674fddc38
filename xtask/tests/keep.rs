//! The keeper stops its server and removes the folder whenever the one who started it is gone, however that ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A keeper of a long sleep; the server's process id and the folder made for it.
fn kept(name: &str) -> (Child, u32, PathBuf) {
    let folder = std::env::temp_dir().join(format!("stairgate-keep-{name}-{}", std::process::id()));
    fs::create_dir(&folder).expect("a new folder");
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["keep", "--signal", "TERM", "--remove"])
        .arg(&folder)
        .args(["--", "sh", "-c", "echo $$; exec sleep 300"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the keeper starts");
    let mut line = String::new();
    BufReader::new(keeper.stdout.as_mut().expect("output is piped")).read_line(&mut line).expect("a line");
    (keeper, line.trim().parse().expect("a process id"), folder)
}

fn runs(process: u32) -> bool {
    Path::new(&format!("/proc/{process}/stat")).exists()
}

#[test]
fn a_server_stops_when_its_starter_is_gone() {
    let (mut keeper, server, folder) = kept("gone");
    assert!(runs(server));
    drop(keeper.stdin.take());
    assert!(keeper.wait().expect("the keeper ends").success());
    assert!(!runs(server));
    assert!(!folder.exists());
}

#[test]
fn a_keeper_ends_when_its_server_does() {
    let (mut keeper, server, folder) = kept("ended");
    let killed = Command::new("sh").args(["-c", &format!("kill -s KILL {server}")]).status().expect("kill runs");
    assert!(killed.success());
    assert!(keeper.wait().expect("the keeper ends").success());
    assert!(!folder.exists());
}
