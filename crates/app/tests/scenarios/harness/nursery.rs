//! A house with its clock, and what a test may know without asking a page: events of a log, rows, mails. Changes go through
//! pages or, where no page exists yet, through the door.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use stairgate::action::log::{PublicKey, verify};
use stairgate::action::{Actor, Event};
use stairgate::assurance::actions::export_audit::export_audit;
use stairgate::certificate::{self, Certificate};
use stairgate::people::credentials::totp_secret;
use stairgate::people::model::email_key;
use stairgate::people::queries::account_by_email;
use stairgate::people::second_factor::{STEP_SECONDS, TotpSecret};
use stairgate::platform::clock::SteppedClock;
use stairgate::platform::config::Config;
use stairgate::platform::house::House;
use stairgate::platform::ids::SettingId;
use stairgate::serve::{self, Addresses, Listen};
use stairgate::world;
use stairgate_rulebook::Verb;

use super::sample::connect;
use super::{Browser, friday};

/// One installation, as its people find it.
pub struct Nursery {
    /// The house itself.
    pub house: Arc<House>,
    /// Its clock.
    pub clock: Arc<SteppedClock>,
    /// A connection beside the house's own.
    pub db: DatabaseConnection,
}

impl Nursery {
    /// Opens a data folder.
    pub async fn open(folder: PathBuf, config: Config) -> Self {
        let clock = Arc::new(SteppedClock::at(friday()));
        let url = address(&config.database, &folder);
        let house = Arc::new(House::open(&folder, config, clock.clone()).await.expect("a house"));
        Self { house, clock, db: connect(&url).await }
    }

    /// A browser that nobody has used yet.
    pub fn browser(&self) -> Browser {
        Browser::new(serve::router(self.house.clone(), true, None))
    }

    /// A browser in which this sample person has signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        // Where the policy lets staff work on the setting's own devices only, they sit down at one.
        if let Some(desk) = world::desk_of(&self.house, email).await.expect("an answer") {
            let mut browser = self.with_session(self.cookie_at(email, Some(desk.clone())).await);
            browser.sit_down(self.credential_of(&desk).await);
            return browser;
        }
        let mut browser = self.browser();
        browser.sign_in(self, email).await;
        browser
    }

    /// The certificate of the setting's own authority, as the first listener for HTTPS makes it.
    pub async fn certificate(&self) -> Certificate {
        let any = "127.0.0.1:0".parse().expect("an address");
        let listen = Listen::bind(Addresses { main: any, https: Some(any), welcome: None }).expect("listening");
        certificate::load(&self.house, &listen).await.expect("an authority").expect("a certificate")
    }

    /// Lets time pass.
    pub fn wait(&self, duration: Duration) {
        self.clock.step(duration);
    }

    /// Lets days pass.
    pub fn wait_days(&self, days: u64) {
        self.wait(Duration::from_secs(days * 86_400));
    }

    /// The code that this person's app shows; waits for the next one if this one was used.
    pub async fn code_of(&self, email: &str) -> String {
        let account = account_by_email(&self.db, &email_key(email)).await.expect("an answer").expect("an account");
        let secret = totp_secret(&self.house, &account).expect("opened").expect("a second factor");
        while account.totp_last_step >= self.house.now().unix_seconds() / STEP_SECONDS {
            self.wait(Duration::from_secs(STEP_SECONDS.unsigned_abs()));
        }
        let secret = TotpSecret::from_bytes(&secret).expect("20 bytes");
        secret.code_at(self.house.now().unix_seconds()).expect("a code")
    }

    /// The path of the one-time link in the newest mail to an address.
    pub async fn mailed_link(&self, email: &str) -> String {
        format!("/link/{}", world::mailed_link(&self.house, email).await.expect("a mail with a link"))
    }

    /// Rows of one text column.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.db, sql).await
    }

    /// How many rows a table has that fit.
    pub async fn count(&self, from: &str) -> i64 {
        let text = texts(&self.db, &format!("SELECT CAST(count(*) AS TEXT) FROM {from}")).await;
        text[0].parse().expect("a number")
    }

    /// The id of a person by their address, in the main sample unless they are elsewhere only.
    pub async fn person(&self, email: &str) -> String {
        let key = email_key(email);
        let sql = format!(
            "SELECT p.id FROM persons p JOIN accounts a ON a.id = p.account_id WHERE a.email_key = '{key}' ORDER BY p.id"
        );
        self.texts(&sql).await.into_iter().next().expect("a person")
    }

    /// The id of a setting by its name.
    pub async fn setting(&self, name: &str) -> String {
        let found = self.texts(&format!("SELECT id FROM settings WHERE name = '{name}'")).await;
        found.into_iter().next().expect("a setting")
    }

    /// The whole log of a setting.
    pub async fn log_of(&self, setting: &str) -> Vec<Event> {
        let id = self.setting(setting).await;
        let lines = self.texts(&format!("SELECT event FROM audit_events WHERE setting_id = '{id}' ORDER BY seq")).await;
        lines.iter().map(|line| serde_json::from_str(line).expect("an event")).collect()
    }

    /// The log of the main sample.
    pub async fn log(&self) -> Vec<Event> {
        self.log_of(world::ALDER_HOUSE.name).await
    }

    /// The newest event of a verb in the main sample's log.
    pub async fn newest(&self, verb: Verb) -> Event {
        self.log().await.into_iter().rev().find(|event| event.verb == verb).expect("such an event")
    }
}

/// The address of a house's database for a connection beside its own.
pub fn address(database: &str, folder: &Path) -> String {
    match database {
        "sqlite" => format!("sqlite://{}", folder.join("stairgate.sqlite").display()),
        url => url.to_owned(),
    }
}

/// Rows of one text column.
pub async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let rows = db.query_all_raw(statement).await.expect(sql);
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// Exports every setting's log as the console does, and verifies it.
pub async fn logs_verify(house: &Arc<House>) {
    for setting in settings(house).await {
        let mut lines = Vec::new();
        let actor = Actor::System { job: "console", setting };
        let public_key = export_audit(house, &actor, &mut lines).await.expect("an export");
        let key = PublicKey::parse(public_key.trim()).expect("a key");
        if let Err(fault) = verify(lines.as_slice(), &key, None) {
            panic!("the log does not verify: {fault}");
        }
    }
}

async fn settings(house: &House) -> Vec<SettingId> {
    let db = connect(&address(&house.config.database, &house.folder)).await;
    let ids = texts(&db, "SELECT id FROM settings ORDER BY id").await;
    db.close().await.expect("closed");
    ids.into_iter().map(SettingId).collect()
}
