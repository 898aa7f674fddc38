//! Pages of the product as it is served, beside a plain axum page of the same size in a process of its own, over loopback
//! HTTP with kept connections: rate and latency of Today and coverage; start, idle memory and signing in. Children are no
//! persons of the product yet: a setting "for 40 children" has 40 parents who joined and signed, beside its staff.

mod client;
#[path = "../rows/mod.rs"]
mod rows;
mod sample;
mod server;

use std::path::Path;

use client::{Client, Target};
use rows::{Outcome, Row, medians, seconds};
use sample::Sample;
use server::Server;
use stairgate::people::password;
use stairgate::world::PASSWORD;

const FAMILIES: [usize; 2] = [40, 400];
const PAGES: [(&str, &str); 2] = [("Today", "/today"), ("coverage", "/coverage")];
const ROUNDS: usize = 5;
/// Requests one after the other in each round, for latency.
const ONE_BY_ONE: usize = 200;
/// Requests in each round on [`client::CONNECTIONS`] connections, for the rate; of the plain page as many times more as it is
/// faster by far, so that neither is over in a moment.
const TOGETHER: usize = 800;
const FASTER: usize = 10;

fn main() -> Outcome<()> {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => server::product(),
        Some("plain") => server::plain(),
        _ => measure(),
    }
}

fn measure() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let plain = Server::start_plain()?;
    let mut rows = Vec::new();
    let mut largest = None;
    for families in FAMILIES {
        eprintln!("Making a setting with {families} parents");
        let sample = sample::make(&folder.path().join(families.to_string()), families)?;
        let server = Server::start_product(&sample.folder)?;
        for (name, path) in PAGES {
            let name = format!("{name}, {families} parents");
            eprintln!("Measuring {name}");
            rows.extend(page_rows(&name, &Target::new(&server, path, &sample.cookie), &plain)?);
        }
        largest = Some(sample);
    }
    let sample = largest.ok_or("no setting was made")?;
    rows.push(start_row(&sample.folder)?);
    rows.extend(memory_rows(&sample)?);
    rows.push(sign_in_row(&sample)?);
    rows::print(&rows)
}

/// Rate, middle and slowest hundredth for one page.
fn page_rows(name: &str, ours: &Target, plain: &Server) -> Outcome<[Row; 3]> {
    let size = ours.size()?;
    let baseline = Target::new(plain, &format!("/{size}"), "");
    let rate = medians(ROUNDS, || client::rate(ours, TOGETHER), || client::rate(&baseline, FASTER * TOGETHER))?;
    let (mut our_times, mut baseline_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.extend(client::times(ours, ONE_BY_ONE)?);
        baseline_times.extend(client::times(&baseline, ONE_BY_ONE)?);
    }
    let at = |part: f64| Ok::<_, rows::Fault>((quantile(&our_times, part)?, quantile(&baseline_times, part)?));
    Ok([
        Row::new(format!("{name}: {size} bytes"), "requests/s", rate),
        Row::new(format!("{name}: p50"), "ms", at(0.5)?),
        Row::new(format!("{name}: p99"), "ms", at(0.99)?),
    ])
}

fn quantile(times: &[f64], part: f64) -> Outcome<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below the count of times")]
    let index = (rows::as_f64(times.len()) * part) as usize;
    Ok(*times.get(index).ok_or("nothing was measured")?)
}

/// From the start of the process until it answers, on data that are there already.
fn start_row(folder: &Path) -> Outcome<Row> {
    let ours = || Ok(Server::start_product(folder)?.start_ms);
    let figures = medians(ROUNDS, ours, || Ok(Server::start_plain()?.start_ms))?;
    Ok(Row::new("start_ms: until it answers", "ms", figures))
}

/// Resident memory of fresh processes, and of the same ones after work.
fn memory_rows(sample: &Sample) -> Outcome<[Row; 2]> {
    let (ours, plain) = (Server::start_product(&sample.folder)?, Server::start_plain()?);
    let idle = (ours.memory_mb()?, plain.memory_mb()?);
    for (_, path) in PAGES {
        let target = Target::new(&ours, path, &sample.cookie);
        let size = target.size()?;
        client::rate(&target, TOGETHER)?;
        client::rate(&Target::new(&plain, &format!("/{size}"), ""), TOGETHER)?;
    }
    sign_in(&mut Client::connect(ours.address)?, &form(&ours)?, sample)?;
    let after = (ours.memory_mb()?, plain.memory_mb()?);
    Ok([
        Row::new("idle_mb: after the start", "MB", idle),
        Row::new(format!("idle_mb: after {} pages and a sign-in", TOGETHER * PAGES.len()), "MB", after),
    ])
}

/// A whole sign-in of somebody without a second factor, beside checking the password alone.
fn sign_in_row(sample: &Sample) -> Outcome<Row> {
    let server = Server::start_product(&sample.folder)?;
    let form = form(&server)?;
    let mut client = Client::connect(server.address)?;
    let hash = password::hash(PASSWORD)?;
    let ours = || Ok(seconds(|| sign_in(&mut client, &form, sample))? * 1e3);
    let fits = || if password::verify(PASSWORD, &hash) { Ok(()) } else { Err("the password does not fit".into()) };
    let baseline = || Ok(seconds(fits)? * 1e3);
    Ok(Row::new("signin_ms: beside Argon2 alone", "ms", medians(3 * ROUNDS, ours, baseline)?))
}

/// The sign-in form as a browser has it: the cookie of the visit and the token.
struct Form {
    cookie: String,
    token: String,
}

fn form(server: &Server) -> Outcome<Form> {
    let answer = Client::connect(server.address)?.get("/sign-in", "")?;
    let page = String::from_utf8(answer.body)?;
    let token = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.ok_or("the sign-in form has no token")?;
    Ok(Form { cookie: answer.cookie.ok_or("the sign-in page gives no cookie")?, token: token.to_owned() })
}

fn sign_in(client: &mut Client, form: &Form, sample: &Sample) -> Outcome<()> {
    let email = sample.practitioner.replace('@', "%40");
    let body = format!("email={email}&password={PASSWORD}&csrf={}", form.token);
    match client.post("/sign-in", &form.cookie, &body)?.status {
        303 => Ok(()),
        status => Err(format!("signing in was answered by {status}").into()),
    }
}
