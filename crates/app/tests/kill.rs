//! `kill -9` at a random moment while several people change things: what was acknowledged is there after the restart, nothing is
//! half done, the log verifies. A kill is not a power cut: what that needs is shown apart, in `sync.rs`.

#[path = "kill/clients.rs"]
mod clients;
#[path = "kill/half_done.rs"]
mod half_done;
mod running;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use stairgate::platform::ids::random;

use clients::{Acknowledged, Desk};
use running::{On, PATIENCE, Place, said, stairgate, text};

/// Kills for each database, unless `STAIRGATE_KILL_TIMES` says otherwise.
const TIMES: u64 = 15;
/// A folder is used for so many kills, one after the other: what one kill leaves, the next finds.
const KILLS_OF_A_FOLDER: u64 = 30;
/// The kill comes after at most so many acknowledged changes, and up to so many microseconds more.
const MOST_CHANGES: u64 = 24;
const MOST_MICROS: u64 = 40_000;

/// S40: an import, a signature and an invitation killed midway, among others.
mod s40_killed_midway {
    use super::{On, killed_again_and_again};

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        killed_again_and_again(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        killed_again_and_again(On::Postgres).await;
    }
}

/// The kills prove something only because of this.
mod s40_each_question_finds_what_it_asks_about {
    use super::half_done::each_question_finds_what_it_asks_about;
    use super::running::On;

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        each_question_finds_what_it_asks_about(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        each_question_finds_what_it_asks_about(On::Postgres).await;
    }
}

async fn killed_again_and_again(on: On) {
    let named = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let times = named("STAIRGATE_KILL_TIMES").unwrap_or(TIMES);
    let seed = named("STAIRGATE_KILL_SEED").unwrap_or_else(|| u64::from_le_bytes(random()));
    println!("{on:?}: {times} kills, STAIRGATE_KILL_SEED={seed}");
    let mut chance = Chance(seed);
    let (mut left, mut stake) = (times, Stake::default());
    while left > 0 {
        let kills = left.min(KILLS_OF_A_FOLDER);
        one_folder(on, kills, (&mut chance, &mut stake)).await;
        left -= kills;
    }
    let Stake { changes, imports } = stake;
    println!("{on:?}: {changes} acknowledged changes over {times} kills, none lost; {imports} imports, none half done");
    assert!(changes as u64 >= times && imports as u64 >= times / 3, "nothing was at stake");
}

/// What a kill could have lost.
#[derive(Default)]
struct Stake {
    /// Changes that were acknowledged.
    changes: usize,
    /// Imports that were begun.
    imports: usize,
}

/// Kills the server of one folder so many times.
async fn one_folder(on: On, kills: u64, (chance, stake): (&mut Chance, &mut Stake)) {
    let place = Place::demo(on).await;
    let mut server = place.serve();
    let manager = clients::manager(server.address);
    for kill in 0..kills {
        let (after, micros) = (chance.below(MOST_CHANGES) + 1, chance.below(MOST_MICROS));
        let (tell, hear) = channel();
        let desk = Desk {
            manager: manager.moved(server.address),
            round: kill,
            tell,
            ending: Arc::new(AtomicBool::new(false)),
        };
        let (ending, clients) = (desk.ending.clone(), clients::start(&desk));
        drop(desk);
        let mut acknowledged: Vec<Acknowledged> = Vec::new();
        // Every second kill waits for an import that is about to come in.
        let waits = |heard: &[Acknowledged]| {
            (heard.len() as u64) < after || (kill % 2 == 1 && !matches!(heard.last(), Some(Acknowledged::Previewed(_))))
        };
        while waits(&acknowledged) {
            acknowledged.push(hear.recv_timeout(PATIENCE).expect("changes go on"));
        }
        // A little longer, to fall into the middle of whatever runs then.
        let until = Instant::now() + Duration::from_micros(micros);
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            acknowledged.extend(hear.recv_timeout(left));
        }
        ending.store(true, Ordering::SeqCst);
        server.kill();
        for client in clients {
            client.join().expect("no panic").expect("nothing but the kill ends a client");
        }
        acknowledged.extend(hear.try_iter());
        stake.changes += acknowledged.len();
        log_verifies(&place, kill);
        half_done::nothing(&place).await;
        server = place.serve();
        let told = format!("kill {kill}, after {after} changes and {micros} microseconds");
        let manager = manager.moved(server.address);
        clients::all_is_there(&manager, server.address, acknowledged, &told);
        stake.imports += clients::tell_the_truth(&manager, kill, &told);
    }
    server.stop();
}

/// The program itself starts on what the kill left, exports the log and verifies it.
fn log_verifies(place: &Place, kill: u64) {
    let (file, key) = (place.beside(&format!("log{kill}")), place.beside(&format!("log{kill}.pub")));
    place.done(&["audit", "export", text(&file)]);
    said(&mut stairgate(&["audit", "verify", text(&file), "--key", text(&key)]), "").done();
}

/// Numbers from a seed, so that a kill can be tried again (as far as the machine lets it).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}
