//! The setting's settings: its name, number and opening hours, and how the installation stands (database, certificate, keys, mail).

use askama::Template;
use axum::response::Response;

use crate::action::Reader;
use crate::people::actions::update_setting::{TypedSetting, UpdateSetting};
use crate::people::frame::{Frame, frame};
use crate::platform::error::{Error, Result};
use crate::platform::typed::words_minutes;
use crate::platform::{jobs, settings};
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::forms::Posted;
use crate::web::page::{FactLine, FormErrors, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::words;

#[derive(Template)]
#[template(path = "people/settings.html")]
struct SettingsPage {
    page: Page,
    errors: FormErrors,
    typed: TypedSetting,
    days: Vec<DayBox>,
    nation: String,
    policy_title: String,
    public_url: String,
    database: String,
    https: String,
    own_authority: bool,
    fingerprint: Option<String>,
    version: String,
    keys_line: String,
    backup_line: String,
    outbox_stuck: u64,
    checks: Vec<FactLine>,
}

/// A weekday to tick.
struct DayBox {
    value: &'static str,
    label: String,
    checked: bool,
}

/// Weekdays by their numbers, Monday first.
const WEEKDAYS: [(&str, &str); 7] = [
    ("1", "weekday-monday"),
    ("2", "weekday-tuesday"),
    ("3", "weekday-wednesday"),
    ("4", "weekday-thursday"),
    ("5", "weekday-friday"),
    ("6", "weekday-saturday"),
    ("7", "weekday-sunday"),
];

fn day_boxes(chosen: &[String]) -> Vec<DayBox> {
    WEEKDAYS
        .iter()
        .map(|(value, label)| DayBox { value, label: words(label), checked: chosen.iter().any(|day| day == value) })
        .collect()
}

/// What stands in the settings now, as it would be typed.
fn as_typed(setting: &settings::Model) -> TypedSetting {
    TypedSetting {
        name: setting.name.clone(),
        time_zone: setting.time_zone.clone(),
        phone: setting.phone.clone().unwrap_or_default(),
        opens: words_minutes(setting.opens_at),
        closes: words_minutes(setting.closes_at),
        days: setting.open_days.split_whitespace().map(str::to_owned).collect(),
    }
}

/// `GET /settings`
pub async fn show(visit: Visit, Query(done): Query<Done>) -> Result<Response> {
    let mut page = settings_page(&visit, &visit.view().await?).await?;
    page.page = done.told(page.page, "settings");
    html(&page)
}

async fn settings_page(visit: &Visit, reader: &Reader<'_>) -> Result<SettingsPage> {
    let Frame { page, .. } = frame(reader, visit, &words("settings-title"), "/settings").await?;
    let (house, config) = (reader.house, &reader.house.config);
    let stuck = jobs::stuck(reader.db(), &reader.scope.setting).await?;
    let mut checks = vec![FactLine {
        kind: "ok",
        text: format!("{} {}.", words("settings-database-answers"), house.store.backend()),
    }];
    checks.push(if house.mailer.leaves() || config.demo {
        FactLine { kind: "ok", text: words("settings-mail-on") }
    } else {
        FactLine { kind: "due", text: words("settings-mail-off") }
    });
    checks.push(if visit.https.0 {
        FactLine { kind: "ok", text: words("settings-https-on") }
    } else {
        FactLine { kind: "due", text: words("settings-https-off") }
    });
    Ok(SettingsPage {
        page,
        errors: FormErrors::default(),
        days: day_boxes(&as_typed(&reader.setting).days),
        typed: as_typed(&reader.setting),
        nation: reader.setting.nation.clone(),
        policy_title: format!("{} ({})", reader.rulebook.rulebook().title(), reader.setting.policy),
        public_url: config.base_url(),
        database: house.store.backend().to_owned(),
        https: words(match (&config.tls, visit.https.0) {
            (Some(_), true) => "settings-https-given",
            (None, true) => "settings-https-own",
            (_, false) => "settings-https-none",
        }),
        own_authority: visit.https.0 && config.tls.is_none(),
        fingerprint: super::certificate::fingerprint(house)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        keys_line: format!("{} {}.", words("settings-keys-line"), house.keys.master().fingerprint()),
        backup_line: words("settings-backup-line"),
        outbox_stuck: stuck,
        checks,
    })
}

/// `POST /settings`
pub async fn update(mut visit: Visit, posted: Posted) -> Result<Response> {
    let typed = TypedSetting {
        name: posted.get("setting_name").to_owned(),
        time_zone: posted.get("time_zone").to_owned(),
        phone: posted.get("phone").to_owned(),
        opens: posted.get("opens").to_owned(),
        closes: posted.get("closes").to_owned(),
        days: posted.all("days").to_vec(),
    };
    let outcome = match UpdateSetting::parse(&typed) {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(to_done("/settings", "saved")),
        Err(Error::Invalid(errors)) => {
            visit.verb = stairgate_rulebook::Verb::ViewSettings;
            let mut page = settings_page(&visit, &visit.view().await?).await?;
            page.page.error = true;
            page.days = day_boxes(&typed.days);
            (page.errors, page.typed) = (FormErrors::new(errors), typed);
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}
