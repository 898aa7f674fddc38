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
use std::time::Duration;

use stairgate::platform::ids::random;

use clients::{Acknowledged, Desk};
use running::browser::Browser;
use running::{On, PATIENCE, Place, said, stairgate, text};

/// Kills for each database, unless `STAIRGATE_KILL_TIMES` says otherwise.
const TIMES: u64 = 15;
/// A folder is used for so many kills, one after the other: what one kill leaves, the next finds.
const KILLS_OF_A_FOLDER: u64 = 30;
/// The kill comes after at most so many acknowledged changes, and up to so many microseconds more.
const MOST_CHANGES: u64 = 24;
const MOST_MICROS: u64 = 12_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_sqlite() {
    killed_again_and_again(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_postgresql() {
    killed_again_and_again(On::Postgres).await;
}

async fn killed_again_and_again(on: On) {
    let named = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let times = named("STAIRGATE_KILL_TIMES").unwrap_or(TIMES);
    let seed = named("STAIRGATE_KILL_SEED").unwrap_or_else(|| u64::from_le_bytes(random()));
    println!("{on:?}: {times} kills, STAIRGATE_KILL_SEED={seed}");
    let mut chance = Chance(seed);
    let (mut left, mut changes) = (times, 0);
    while left > 0 {
        let kills = left.min(KILLS_OF_A_FOLDER);
        changes += one_folder(on, kills, &mut chance).await;
        left -= kills;
    }
    println!("{on:?}: {changes} acknowledged changes over {times} kills, none lost");
    assert!(changes as u64 >= times, "nothing was at stake");
}

/// Kills the server of one folder so many times; how many changes were acknowledged.
async fn one_folder(on: On, kills: u64, chance: &mut Chance) -> usize {
    let place = Place::demo(on).await;
    let mut server = place.serve();
    let mut manager = Browser::new(server.address);
    assert_eq!(manager.sign_in("priya@alderhouse.example").expect("an answer").place(), "/today");
    let mut total = 0;
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
        while (acknowledged.len() as u64) < after {
            acknowledged.push(hear.recv_timeout(PATIENCE).expect("changes go on"));
        }
        // A little longer, to fall into the middle of whatever runs then.
        acknowledged.extend(hear.recv_timeout(Duration::from_micros(micros)));
        ending.store(true, Ordering::SeqCst);
        server.kill();
        for client in clients {
            client.join().expect("no panic").expect("nothing but the kill ends a client");
        }
        acknowledged.extend(hear.try_iter());
        total += acknowledged.len();
        log_verifies(&place, kill);
        half_done::nothing(&place).await;
        server = place.serve();
        let told = format!("kill {kill}, after {after} changes and {micros} microseconds");
        clients::all_is_there(&manager.moved(server.address), server.address, acknowledged, &told);
    }
    server.stop();
    total
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
