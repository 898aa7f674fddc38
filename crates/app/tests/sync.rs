//! That each acknowledgement comes after its sync. A kill is no power cut: after `kill -9` the kernel still holds what was
//! written. So the running program's system calls are watched: when an answer begins, whatever its change wrote into SQLite's
//! write-ahead log has been synced. This shows what the program asks of the kernel, and not what disk or controller make of it.
//! PostgreSQL syncs by itself (`fsync` and `synchronous_commit`, which are on unless somebody turns them off).

mod running;

use std::fs;
use std::process::Command;

use running::browser::Browser;
use running::{On, Place, Server, text};

/// So many changes are watched.
const CHANGES: usize = 12;

#[tokio::test]
async fn each_answer_begins_after_the_sync_of_its_change() {
    let place = Place::demo(On::Sqlite).await;
    let trace = place.beside("trace");
    let server = Server::start(watched(&place.command(&["serve", "--listen", "127.0.0.1:0"]), text(&trace)));
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.sign_in("priya@alderhouse.example").expect("an answer").place(), "/today");
    for number in 0..CHANGES {
        // A change that leaves no job to follow: nobody else writes meanwhile.
        let name = format!("Alder House Nursery {number}");
        let fields = [
            ("setting_name", name.as_str()),
            ("time_zone", "Europe/London"),
            ("opens", "7am"),
            ("closes", "7pm"),
            ("days", "1"),
        ];
        let done = browser.submit("/settings", "/settings", &fields).expect("an answer");
        assert_eq!((done.status, done.place()), (303, "/settings"));
    }
    server.stop();
    let calls = fs::read_to_string(&trace).expect("the trace");
    let found = acknowledged(&calls, "POST /settings ");
    assert_eq!(found, vec![Ok(()); CHANGES], "of:\n{}", relevant(&calls));
}

/// The command under strace, which writes down every call that reads or writes a socket, writes a file or syncs one. The program
/// stays our own child (`-D`), so that it can be stopped as always; the tracer ends after it and holds its output open until then.
fn watched(command: &Command, trace: &str) -> Command {
    let calls = "trace=read,recvfrom,readv,recvmsg,write,sendto,writev,sendmsg,pwrite64,pwritev,fdatasync,fsync";
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-yy", "-s", "64", "-e", calls, "-o", trace]);
    strace.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace
}

/// For each request of this kind: whether all that was written to the log since was synced before its answer began.
fn acknowledged(calls: &str, request: &str) -> Vec<Result<(), &'static str>> {
    let (mut answers, mut open) = (Vec::new(), None);
    for line in calls.lines() {
        let wal = line.contains("stairgate.sqlite-wal>");
        let Some((_, call)) = line.split_once(' ').map(|(process, call)| (process, call.trim_start())) else {
            continue;
        };
        if call.contains(request) {
            open = Some(Log::default());
        }
        let Some(log) = open.as_mut() else { continue };
        if wal && call.starts_with("pwrite") {
            (log.written, log.synced) = (true, false);
        } else if wal && (call.starts_with("fdatasync") || call.starts_with("fsync")) {
            // A call that another thread cut in two is done when it is resumed.
            log.syncing = call.contains("<unfinished");
            log.synced = call.ends_with("= 0");
        } else if log.syncing && call.starts_with("<... f") && call.contains("sync resumed") {
            (log.syncing, log.synced) = (false, call.ends_with("= 0"));
        } else if call.contains("\"HTTP/1.1 ") {
            answers.push(match (log.written, log.synced) {
                (true, true) => Ok(()),
                (false, _) => Err("nothing was written"),
                (true, false) => Err("the answer began before the sync had ended"),
            });
            open = None;
        }
    }
    answers
}

/// What became of SQLite's write-ahead log since a request.
#[derive(Default)]
struct Log {
    written: bool,
    syncing: bool,
    synced: bool,
}

/// The part of a trace that tells, for whoever must read it.
fn relevant(calls: &str) -> String {
    let words = ["POST /settings", "HTTP/1.1 303", "sqlite-wal>", "sync resumed"];
    calls.lines().filter(|line| words.iter().any(|word| line.contains(word))).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_answer_without_its_sync_is_found() {
    let request = "7 recvfrom(9<TCP:[a]>, \"POST /settings HTTP/1.1\\r\\n\"..., 8192, 0, NULL, NULL) = 512";
    let write = "8 pwrite64(12</d/stairgate.sqlite-wal>, \"x\", 24, 0) = 24";
    let sync = "8 fdatasync(12</d/stairgate.sqlite-wal>) = 0";
    let (begun, ended) = ("8 fdatasync(12</d/stairgate.sqlite-wal> <unfinished ...>", "8 <... fdatasync resumed>) = 0");
    let answer = "7 writev(9<TCP:[a]>, [{iov_base=\"HTTP/1.1 303 See Other\\r\\n\"..., iov_len=9}], 1) = 9";
    let of = |lines: &[&str]| acknowledged(&lines.join("\n"), "POST /settings ");
    assert_eq!(of(&[request, write, sync, answer]), [Ok(())]);
    assert_eq!(of(&[request, write, begun, ended, answer]), [Ok(())]);
    for bad in [
        &[request, write, answer][..],
        &[request, answer],
        &[request, sync, write, answer],
        &[request, write, sync, write, answer],
        &[request, write, begun, answer, ended],
        &[request, write, answer, sync],
        &[request, write, "8 fdatasync(12</d/stairgate.sqlite-wal>) = -1 EIO (Input/output error)", answer],
    ] {
        assert!(matches!(of(bad)[..], [Err(_)]), "{bad:?}");
    }
}
