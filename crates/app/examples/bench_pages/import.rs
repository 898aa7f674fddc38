//! A register comes in as its manager would bring it in, over HTTP: uploaded, previewed, confirmed, and every row of the report
//! read. Beside it, as many rows as that left in the database, written by plain inserts in one transaction.

use std::fmt::Write;
use std::time::Instant;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::client::{Answer, Client};
use crate::rows::Outcome;
use crate::sample::{Sample, parent_email};
use crate::server::Server;

/// About what a row of the product's tables holds.
const ROW: &str = "Mother Family 217, 07700 900217, 11 Bridge Row, Alderton; made by somebody of twenty-two characters, at a \
                   moment of sixteen figures, in a setting of twenty-two characters more, beside what is sealed of it.";

/// A register to bring in.
pub struct Register {
    name: &'static str,
    text: String,
    rows: u32,
}

/// Children with two adults each; the first is a parent whom the setting knows, where it knows any.
pub fn children(rows: u32) -> Outcome<Register> {
    let mut text = "Child,Date of birth,Room,Start date,Parent 1 name,Parent 1 email,Parent 1 phone,Parent 1 parental \
                    responsibility,Parent 2 name,Parent 2 phone,Photo consent\n"
        .to_owned();
    for number in 1..=rows {
        let (month, day, room) = (1 + number % 12, 1 + number % 28, number % 9);
        writeln!(
            text,
            "Child{number} Family{number},2023-{month:02}-{day:02},Room {room},2025-09-01,Parent {number},{},07700 {:06},\
             Yes,Father Family{number},07701 {:06},Yes",
            parent_email(number),
            900_000 + number,
            900_000 + number
        )?;
    }
    Ok(Register { name: "children.csv", text, rows })
}

/// Staff whom nobody knows yet.
pub fn staff(rows: u32) -> Outcome<Register> {
    let mut text = "Name,Role,Start date,Email,Phone\n".to_owned();
    for number in 1..=rows {
        writeln!(
            text,
            "Colleague Staff{number},Practitioner,2024-01-08,s{number}@work.example,07702 {:06}",
            900_000 + number
        )?;
    }
    Ok(Register { name: "staff.csv", text, rows })
}

/// What an import took.
pub struct Took {
    /// Seconds from the upload to the preview.
    pub preview: f64,
    /// Seconds from the confirmation to the report.
    pub report: f64,
    /// Seconds of as many plain inserts.
    pub plain: f64,
}

/// Brings a register in. Every row must come in new and stand in the report, or nothing is measured.
pub fn bring_in(server: &Server, sample: &Sample, register: &Register) -> Outcome<Took> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let before = runtime.block_on(rows_of(sample))?;
    let mut client = Client::connect(server.address)?;
    let form = page(client.get("/imports", &sample.cookie)?)?;
    let begun = Instant::now();
    let sent = client.upload("/imports", &sample.cookie, (hidden(&form, "csrf")?, register.name, &register.text))?;
    let (path, preview) = follow(&mut client, sample, sent)?;
    let previewed = begun.elapsed().as_secs_f64();
    let path = path.split('?').next().unwrap_or(&path).to_owned();
    all_new(&preview, register)?;
    let body = format!("csrf={}&seen={}", hidden(&preview, "csrf")?, hidden(&preview, "seen")?);
    let begun = Instant::now();
    let sent = client.post(&format!("{path}/confirm"), &sample.cookie, &body)?;
    let (path, report) = follow(&mut client, sample, sent)?;
    let reported = begun.elapsed().as_secs_f64();
    all_new(&report, register)?;
    every_row(&mut client, (&sample.cookie, &path), register.rows)?;
    let added = runtime.block_on(rows_of(sample))? - before;
    let plain = runtime.block_on(plain_inserts(sample, added))?;
    Ok(Took { preview: previewed, report: reported, plain })
}

fn page(answer: Answer) -> Outcome<String> {
    match answer.status {
        200 => Ok(String::from_utf8(answer.body)?),
        status => Err(format!("a page of the import was answered by {status}").into()),
    }
}

fn follow(client: &mut Client, sample: &Sample, sent: Answer) -> Outcome<(String, String)> {
    let status = sent.status;
    let to = sent.location.ok_or_else(|| format!("a form of the import was answered by {status}"))?;
    let page = page(client.get(&to, &sample.cookie)?)?;
    Ok((to, page))
}

fn hidden<'a>(page: &'a str, name: &str) -> Outcome<&'a str> {
    let value = page.split_once(&format!("name=\"{name}\" value=\"")).and_then(|(_, rest)| rest.split_once('"'));
    Ok(value.ok_or_else(|| format!("a page of the import has no field {name}"))?.0)
}

/// The first of the totals counts what is new.
fn all_new(page: &str, register: &Register) -> Outcome<()> {
    let totals = page.split_once("class=\"import-totals\"").and_then(|(_, rest)| rest.split_once("<b>"));
    let new = totals.and_then(|(_, rest)| rest.split_once("</b>")).ok_or("a page of the import has no totals")?.0;
    if new == register.rows.to_string() { Ok(()) } else { Err(format!("{}: {new} rows are new", register.name).into()) }
}

fn every_row(client: &mut Client, (cookie, path): (&str, &str), rows: u32) -> Outcome<()> {
    let mut told = 0;
    for number in 1..=rows.div_ceil(100) {
        told +=
            page(client.get(&format!("{path}?page={number}"), cookie)?)?.matches("<li class=\"import-row\">").count();
    }
    if u32::try_from(told)? == rows { Ok(()) } else { Err(format!("the report tells of {told} rows of {rows}").into()) }
}

async fn connect(url: &str) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.to_owned());
    // One connection, so that BEGIN and COMMIT are on the one that inserts.
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

/// Every row of every table of the product.
async fn rows_of(sample: &Sample) -> Outcome<i64> {
    let (url, names) = match &sample.database {
        None => (
            format!("sqlite://{}", sample.folder.join("stairgate.sqlite").display()),
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        ),
        Some(url) => (url.clone(), "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"),
    };
    let db = connect(&url).await?;
    let ask = async |sql: String| db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let mut rows = 0;
    for name in ask(names.to_owned()).await? {
        let name: String = name.try_get_by_index(0)?;
        let counted = ask(format!("SELECT count(*) FROM \"{name}\"")).await?;
        rows += counted.first().ok_or("no count")?.try_get_by_index::<i64>(0)?;
    }
    db.close().await?;
    Ok(rows)
}

/// Seconds for one transaction with this many inserts of one row, as safe on disk as the product's own.
async fn plain_inserts(sample: &Sample, rows: i64) -> Outcome<f64> {
    let url = match &sample.database {
        None => format!("sqlite://{}?mode=rwc", sample.folder.join("plain.sqlite").display()),
        Some(url) => url.clone(),
    };
    let db = connect(&url).await?;
    if sample.database.is_none() {
        db.execute_unprepared("PRAGMA journal_mode = WAL").await?;
        db.execute_unprepared("PRAGMA synchronous = FULL").await?;
    }
    db.execute_unprepared("DROP TABLE IF EXISTS plain_rows").await?;
    db.execute_unprepared(
        "CREATE TABLE plain_rows (id text PRIMARY KEY, setting_id text NOT NULL, words text NOT NULL)",
    )
    .await?;
    let values = if sample.database.is_some() { "($1, $2, $3)" } else { "(?, ?, ?)" };
    let (sql, backend) = (format!("INSERT INTO plain_rows VALUES {values}"), db.get_database_backend());
    let begun = Instant::now();
    db.execute_unprepared("BEGIN").await?;
    for number in 0..rows {
        let given = [format!("row number {number} of many"), "AAAAAAAAAAAAAAAAAAAAAA".to_owned(), ROW.to_owned()];
        db.execute_raw(Statement::from_sql_and_values(backend, &sql, given.map(Into::into))).await?;
    }
    db.execute_unprepared("COMMIT").await?;
    let took = begun.elapsed().as_secs_f64();
    db.execute_unprepared("DROP TABLE plain_rows").await?;
    db.close().await?;
    Ok(took)
}
