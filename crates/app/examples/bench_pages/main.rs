//! Pages of the product as it is served, beside a plain axum page of the same size in a process of its own, over loopback
//! HTTP with kept connections: rate and latency of Today and coverage, latency of the pages of children, people and declarations,
//! each with 40 and with 400 children and the staff that go with them; a whole register coming in, on both databases; start, idle
//! memory and signing in. `BENCH_DATA` keeps the largest folder for who measures more; `BENCH_POSTGRES` names
//! an empty database.

mod client;
mod import;
#[path = "../rows/mod.rs"]
mod rows;
mod sample;
mod server;

use std::path::PathBuf;

use client::{Client, Target};
use rows::{Outcome, Row, medians, seconds};
use sample::Sample;
use server::Server;
use stairgate::people::password;
use stairgate::world::PASSWORD;

const FAMILIES: [u32; 2] = [40, 400];
/// Pages with what they are called; `{child}` stands for a child.
const PAGES: [(&str, &str); 9] = [
    ("Today", "/today"),
    ("coverage", "/coverage"),
    ("children", "/children"),
    ("a child", "/children/{child}"),
    ("rooms", "/rooms"),
    ("people", "/people"),
    ("register of users", "/register"),
    ("everybody's declarations", "/declarations/all"),
    ("own declarations", "/declarations"),
];
/// The first of them, whose rate is measured too.
const RATED: usize = 2;
const ROUNDS: usize = 5;
/// Requests one after the other in each round, for latency.
const ONE_BY_ONE: usize = 100;
/// Requests in each round on [`client::CONNECTIONS`] connections, for the rate; of the plain page as many times more as it is
/// faster by far, so that neither is over in a moment.
const TOGETHER: usize = 800;
const FASTER: usize = 10;
/// A register that comes in: children, staff, and the seconds that both may take together.
const COMES_IN: (u32, u32, f64) = (400, 90, 10.0);

fn main() -> Outcome<()> {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => server::product(),
        Some("plain") => server::plain(),
        _ => measure(),
    }
}

fn measure() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let postgres = std::env::var("BENCH_POSTGRES").map_err(|_| "BENCH_POSTGRES is not set")?;
    let mut rows = Vec::new();
    for (name, database) in [("SQLite", None), ("PostgreSQL", Some(postgres))] {
        rows.extend(import_rows(name, &sample::make(&folder.path().join(name), database, 0)?)?);
    }
    let kept = std::env::var_os("BENCH_DATA").map(PathBuf::from);
    let plain = Server::start_plain()?;
    let (mut middles, mut largest) = (Vec::new(), None);
    for families in FAMILIES {
        eprintln!("Making a setting with {families} children");
        let place = folder.path().join(families.to_string());
        let place = kept.clone().filter(|_| Some(&families) == FAMILIES.last()).unwrap_or(place);
        let sample = sample::make(&place, None, families)?;
        let (more, middle) = all_pages(&sample, families, &plain)?;
        rows.extend(more);
        middles.push(middle);
        largest = Some(sample);
    }
    rows.extend(growth(&middles));
    let sample = largest.ok_or("no setting was made")?;
    rows.push(start_row(&sample)?);
    rows.extend(memory_rows(&sample)?);
    rows.push(sign_in_row(&sample)?);
    rows::print(&rows)
}

/// A setting's children and staff come in.
fn import_rows(name: &str, sample: &Sample) -> Outcome<[Row; 3]> {
    eprintln!("Bringing a register in on {name}");
    let server = Server::start_product(sample)?;
    let (children, staff, limit) = COMES_IN;
    let first = import::bring_in(&server, sample, &import::children(children)?)?;
    let second = import::bring_in(&server, sample, &import::staff(staff)?)?;
    let what = format!("import on {name}, beside plain inserts of as many rows");
    let total = |took: &import::Took| took.preview + took.report;
    let plain = first.plain + second.plain;
    let mut all =
        Row::new(format!("{what}: {children} children, {staff} staff"), "s", (total(&first) + total(&second), plain));
    all.limit = Some(limit);
    Ok([
        Row::new(format!("{what}: {children} children, to the preview"), "s", (first.preview, first.plain)),
        Row::new(format!("{what}: {children} children, to the report"), "s", (first.report, first.plain)),
        all,
    ])
}

/// Every page of a setting with so many families; and the middle of each, for comparison with a larger one.
fn all_pages(sample: &Sample, families: u32, plain: &Server) -> Outcome<(Vec<Row>, Vec<f64>)> {
    let server = Server::start_product(sample)?;
    import::bring_in(&server, sample, &import::children(families)?)?;
    let list = Target::new(&server, "/children", &sample.cookie).text()?;
    let child = list.split("href=\"/children/").filter_map(|rest| rest.split_once('"')).map(|(id, _)| id);
    let child = child.filter(|id| id.len() == 22).next().ok_or("the list shows no child")?.to_owned();
    let (mut rows, mut middles) = (Vec::new(), Vec::new());
    for (at, (name, path)) in PAGES.iter().enumerate() {
        let name = format!("{name}, {families} children");
        eprintln!("Measuring {name}");
        let target = Target::new(&server, &path.replace("{child}", &child), &sample.cookie);
        if at < RATED {
            rows.push(rate_row(&name, &target, plain)?);
        }
        let (latency, middle) = latency_rows(&name, &target, plain)?;
        rows.extend(latency);
        middles.push(middle);
    }
    Ok((rows, middles))
}

/// The largest setting beside the smallest: a page that grows faster than its setting shows here.
fn growth(middles: &[Vec<f64>]) -> Vec<Row> {
    let ([first, .., last], [small, .., large]) = (middles, FAMILIES) else { return Vec::new() };
    let row = |(&(name, _), figures)| Row::new(format!("{name}, {large} children beside {small}: p50"), "ms", figures);
    PAGES.iter().zip(last.iter().copied().zip(first.iter().copied())).map(row).collect()
}

fn rate_row(name: &str, ours: &Target, plain: &Server) -> Outcome<Row> {
    let size = ours.size()?;
    let baseline = Target::new(plain, &format!("/{size}"), "");
    let rate = medians(ROUNDS, || client::rate(ours, TOGETHER), || client::rate(&baseline, FASTER * TOGETHER))?;
    Ok(Row::new(format!("{name}: {size} bytes"), "requests/s", rate))
}

/// Middle and slowest hundredth for one page; and the middle by itself.
fn latency_rows(name: &str, ours: &Target, plain: &Server) -> Outcome<([Row; 2], f64)> {
    let baseline = Target::new(plain, &format!("/{}", ours.size()?), "");
    let (mut our_times, mut baseline_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.extend(client::times(ours, ONE_BY_ONE)?);
        baseline_times.extend(client::times(&baseline, ONE_BY_ONE)?);
    }
    let at = |part: f64| Ok::<_, rows::Fault>((quantile(&our_times, part)?, quantile(&baseline_times, part)?));
    let middle = at(0.5)?;
    let rows = [Row::new(format!("{name}: p50"), "ms", middle), Row::new(format!("{name}: p99"), "ms", at(0.99)?)];
    Ok((rows, middle.0))
}

fn quantile(times: &[f64], part: f64) -> Outcome<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below the count of times")]
    let index = (rows::as_f64(times.len()) * part) as usize;
    Ok(*times.get(index).ok_or("nothing was measured")?)
}

/// From the start of the process until it answers, on data that are there already.
fn start_row(sample: &Sample) -> Outcome<Row> {
    let ours = || Ok(Server::start_product(sample)?.start_ms);
    let figures = medians(ROUNDS, ours, || Ok(Server::start_plain()?.start_ms))?;
    Ok(Row::new("start_ms: until it answers", "ms", figures))
}

/// Resident memory of fresh processes, and of the same ones after work.
fn memory_rows(sample: &Sample) -> Outcome<[Row; 2]> {
    let (ours, plain) = (Server::start_product(sample)?, Server::start_plain()?);
    let idle = (ours.memory_mb()?, plain.memory_mb()?);
    for (_, path) in &PAGES[..RATED] {
        let target = Target::new(&ours, path, &sample.cookie);
        let size = target.size()?;
        client::rate(&target, TOGETHER)?;
        client::rate(&Target::new(&plain, &format!("/{size}"), ""), TOGETHER)?;
    }
    sign_in(&mut Client::connect(ours.address)?, &form(&ours)?, sample)?;
    let after = (ours.memory_mb()?, plain.memory_mb()?);
    Ok([
        Row::new("idle_mb: after the start", "MB", idle),
        Row::new(format!("idle_mb: after {} pages and a sign-in", TOGETHER * RATED), "MB", after),
    ])
}

/// A whole sign-in of somebody without a second factor, beside checking the password alone.
fn sign_in_row(sample: &Sample) -> Outcome<Row> {
    let server = Server::start_product(sample)?;
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
