//! The people who change things while the server is killed: a manager at two desks, somebody who renames the setting, newcomers
//! who join, sign in and sign, families who come in by their link, and somebody who imports registers. A change counts once its
//! answer has come whole.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use stairgate::world::PASSWORD;

use crate::running::Place;
use crate::running::browser::{Answer, Browser, encoded, field};

#[path = "clients/imports.rs"]
mod imports;

pub use imports::tell_the_truth;

/// A change that was answered.
pub enum Acknowledged {
    /// Somebody was invited: their address, and their page.
    Invited(String, String),
    /// Somebody's page, and the box of the role that they were given.
    Roles(String, &'static str),
    /// The setting got this number at the end of its name.
    Renamed(u64),
    /// Somebody accepted an invitation: their address, and their page.
    Joined(String, String),
    /// Somebody signed in, with this browser.
    SignedIn(Box<Browser>),
    /// Somebody signed: their browser and the page of the signature.
    Signed(Box<Browser>, String),
    /// A register waits to be confirmed: its page.
    Uploaded(String),
    /// Somebody is about to let it in.
    Previewed(String),
    /// It came in: its page.
    Imported(String),
    /// It was taken out again: its page.
    Undone(String),
}

/// What every client needs.
#[derive(Clone)]
pub struct Desk {
    /// A browser of the manager.
    pub manager: Browser,
    /// Which kill, for names that come once.
    pub round: u64,
    /// Whom to tell of an answer.
    pub tell: Sender<Acknowledged>,
    /// The kill has come: errors are its doing.
    pub ending: Arc<AtomicBool>,
}

type Client = JoinHandle<Result<(), String>>;
type Work = fn(&mut Desk, u64) -> io::Result<()>;

/// What each of them does in a turn.
const WORK: [Work; 6] = [first_desk, second_desk, renames, joins, family_joins, imports::imports];

/// Starts them all.
pub fn start(desk: &Desk) -> Vec<Client> {
    let client = |work: Work| {
        let mut desk = desk.clone();
        std::thread::spawn(move || {
            for turn in 0.. {
                if let Err(error) = work(&mut desk, turn) {
                    let by_the_kill = desk.ending.load(Ordering::SeqCst) && error.kind() != io::ErrorKind::Other;
                    return if by_the_kill { Ok(()) } else { Err(error.to_string()) };
                }
            }
            Ok(())
        })
    };
    WORK.map(client).into()
}

/// Lets each of them have two turns, one after the other, at a server of their own.
pub fn once(place: &Place) {
    let server = place.serve();
    let (tell, hear) = channel();
    let manager = manager(server.address);
    let mut desk = Desk { manager: manager.clone(), round: 0, tell, ending: Arc::default() };
    for turn in 0..2 {
        for work in WORK {
            work(&mut desk, turn).expect("nothing is in the way");
        }
    }
    all_is_there(&manager, server.address, hear.try_iter().collect(), "without a kill");
    assert_eq!(tell_the_truth(&manager, 0, "without a kill"), 2);
    server.stop();
}

/// The manager, signed in.
pub fn manager(address: SocketAddr) -> Browser {
    let mut manager = Browser::new(address);
    assert_eq!(manager.sign_in("priya@alderhouse.example").expect("an answer").place(), "/today");
    manager
}

fn first_desk(desk: &mut Desk, turn: u64) -> io::Result<()> {
    let (_, page) = invite(desk, &format!("a{}-{turn}@kill.example", desk.round), "practitioner")?;
    let done = desk.manager.submit("/people/invite", &format!("{page}/roles"), &[("roles", "student")])?;
    leads_to(&done, &page)?;
    told(desk, Acknowledged::Roles(page, "value=\"student\""))
}

fn second_desk(desk: &mut Desk, turn: u64) -> io::Result<()> {
    invite(desk, &format!("b{}-{turn}@kill.example", desk.round), "practitioner").map(|_| ())
}

fn renames(desk: &mut Desk, turn: u64) -> io::Result<()> {
    let number = desk.round * 1_000_000 + turn;
    let name = format!("Alder House Nursery {number}");
    let done = desk.manager.submit(
        "/settings",
        "/settings",
        &[("setting_name", &name), ("time_zone", "Europe/London"), ("opens", "7am"), ("closes", "7pm"), ("days", "1")],
    )?;
    leads_to(&done, "/settings")?;
    told(desk, Acknowledged::Renamed(number))
}

fn joins(desk: &mut Desk, turn: u64) -> io::Result<()> {
    let email = format!("c{}-{turn}@kill.example", desk.round);
    let invited = invite(desk, &email, "practitioner")?;
    let mut browser = desk.manager.fresh();
    let link = mailed_link(&browser.get("/outbox")?.body, &email)?;
    let done = browser.submit(&link, &format!("{link}/invitation"), &[("password", PASSWORD)])?;
    leads_to(&done, "/sign-in")?;
    told(desk, Acknowledged::Joined(invited.0, invited.1))?;
    let done = browser.sign_in(&email)?;
    leads_to(&done, "/today")?;
    told(desk, Acknowledged::SignedIn(Box::new(browser.clone())))?;
    let page = browser.get("/agreement")?;
    let document = field(&page.body, "document").ok_or_else(|| odd(&page, "no agreement"))?;
    let fields = [("name", "Casey Newcomer"), ("read", "yes"), ("document", document.as_str())];
    let done = browser.submit("/agreement", "/agreement", &fields)?;
    if !done.place().starts_with("/agreement/signed/") {
        return Err(odd(&done, "not signed"));
    }
    told(desk, Acknowledged::Signed(Box::new(browser), done.place().to_owned()))
}

/// A family has no password: the link of their invitation lets them in.
fn family_joins(desk: &mut Desk, turn: u64) -> io::Result<()> {
    let email = format!("d{}-{turn}@kill.example", desk.round);
    let invited = invite(desk, &email, "parent")?;
    let mut browser = desk.manager.fresh();
    let link = mailed_link(&browser.get("/outbox")?.body, &email)?;
    let done = browser.submit(&link, &format!("{link}/sign-in"), &[])?;
    if done.status != 303 || done.place().starts_with("/link") {
        return Err(odd(&done, "not joined"));
    }
    told(desk, Acknowledged::Joined(invited.0, invited.1))?;
    told(desk, Acknowledged::SignedIn(Box::new(browser)))
}

fn invite(desk: &mut Desk, email: &str, role: &str) -> io::Result<(String, String)> {
    // All of them have one name, and the page asks.
    let fields = [("name", "Casey Newcomer"), ("email", email), ("roles", role), ("namesake", "yes")];
    let done = desk.manager.submit("/people/invite", "/people", &fields)?;
    if done.status != 303 || !done.place().starts_with("/people/") {
        return Err(odd(&done, "not invited"));
    }
    let invited = (email.to_owned(), done.place().to_owned());
    told(desk, Acknowledged::Invited(invited.0.clone(), invited.1.clone()))?;
    Ok(invited)
}

fn told(desk: &Desk, change: Acknowledged) -> io::Result<()> {
    desk.tell.send(change).map_err(|_| io::Error::other("nobody listens"))
}

fn leads_to(answer: &Answer, place: &str) -> io::Result<()> {
    if answer.status == 303 && answer.place() == place { Ok(()) } else { Err(odd(answer, place)) }
}

/// An answer that no kill explains.
fn odd(answer: &Answer, wanted: &str) -> io::Error {
    io::Error::other(format!("{wanted}: {} {} {}", answer.status, answer.location, answer.body))
}

/// The path of the newest link that was mailed to an address.
fn mailed_link(outbox: &str, email: &str) -> io::Result<String> {
    let mail = outbox.split("<li").find(|mail| mail.contains(&format!(" {email},")));
    let link = mail.and_then(|mail| mail.split_once("href=\"/link/")?.1.split('"').next());
    link.map(|token| format!("/link/{token}")).ok_or_else(|| io::Error::other(format!("no mail to {email}: {outbox}")))
}

/// Looks, through the door, at every change that was acknowledged.
pub fn all_is_there(manager: &Browser, address: SocketAddr, acknowledged: Vec<Acknowledged>, told: &str) {
    let mut manager = manager.clone();
    let mut page = |path: &str| manager.get(path).expect("an answer").body;
    let settings = page("/settings");
    let name = field(&settings, "setting_name").or_else(|| field_by_id(&settings)).expect("the setting's name");
    for change in acknowledged {
        match change {
            Acknowledged::Invited(email, place) | Acknowledged::Joined(email, place) => {
                let listed = page(&format!("/people?q={}", encoded(&email)));
                assert!(listed.contains(&format!("href=\"{place}\"")), "{told}: {email} was let in and is lost");
                // How to reach a family stands with its child, not here.
                assert!(page(&place).contains("Casey Newcomer"), "{told}: {place} is lost");
            }
            Acknowledged::Roles(place, role) => {
                let person = page(&place);
                let ticked = person.split("<label").find(|label| label.contains(role));
                assert!(ticked.is_some_and(|label| label.contains("checked")), "{told}: the roles of {place} are lost");
            }
            Acknowledged::Renamed(number) => {
                let found: u64 = name.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a number");
                assert!(found >= number, "{told}: the setting is called {name}, not {number}");
            }
            Acknowledged::SignedIn(browser) => {
                let answer = browser.moved(address).get("/account").expect("an answer");
                assert_eq!(answer.status, 200, "{told}: a session is lost: {answer:?}");
            }
            Acknowledged::Signed(browser, place) => {
                let answer = browser.moved(address).get(&place).expect("an answer");
                assert_eq!(answer.status, 200, "{told}: a signature is lost: {answer:?}");
            }
            Acknowledged::Uploaded(place) | Acknowledged::Previewed(place) => {
                assert!(!page(&place).is_empty(), "{told}: {place} is lost")
            }
            Acknowledged::Imported(place) => {
                let import = page(&place);
                assert!(imports::STATES[..2].iter().any(|state| import.contains(state)), "{told}: {place} is not in");
            }
            Acknowledged::Undone(place) => {
                assert!(page(&place).contains(imports::STATES[1]), "{told}: {place} is not undone");
            }
        }
    }
}

/// The setting's name where the form's field says its value elsewhere than right behind its name.
fn field_by_id(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"setting_name\"")?;
    let (_, rest) = rest.split_once("value=\"")?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}
