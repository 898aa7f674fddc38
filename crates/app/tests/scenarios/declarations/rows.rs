//! Rows past the door, for the walks of every role and for counting queries.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate::declarations::choices::{ContactKind, TieKind, With};
use stairgate::declarations::model::{contact_report, declaration, outside_work};
use stairgate::declarations::sealed::{self, Of, Tie, Work};
use stairgate::platform::ids::{ContactReportId, DeclarationId, OutsideWorkId, PersonId, SettingId};

use crate::harness::Nursery;

/// A tie, a report and other work of one person, written past the door: for walks in which every role has some, also where the
/// rulebook lets that role declare nothing or the setting's rule is off.
pub async fn rows_of(nursery: &Nursery, person: &str, setting: &str) -> [String; 3] {
    let (person, setting) = (PersonId(person.to_owned()), SettingId(setting.to_owned()));
    let (tie, report, work) = (DeclarationId::fresh(), ContactReportId::fresh(), OutsideWorkId::fresh());
    let (house, now) = (&nursery.house, nursery.house.now());
    let content = Tie {
        with: With::Parent,
        kind: TieKind::Friendship,
        name: "Somebody Else".to_owned(),
        since: String::new(),
        words: String::new(),
    };
    declaration::ActiveModel {
        id: Set(tie.clone()),
        setting_id: Set(setting.clone()),
        person_id: Set(person.clone()),
        answer: Set("tie".to_owned()),
        content_sealed: Set(Some(sealed::seal(house, Of::Declaration(tie.as_str()), &content).expect("sealed"))),
        other_name_key: Set(sealed::name_key(house, &content.name)),
        with_parent: Set(true),
        with_child: Set(false),
        online: Set(false),
        by_own_phone: Set(false),
        before_joining: Set(true),
        made_at: Set(now),
        signed_name: Set(Some("Somebody".to_owned())),
        replaces: Set(None),
        ended_at: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("a declaration");
    contact_report::ActiveModel {
        id: Set(report.clone()),
        setting_id: Set(setting.clone()),
        person_id: Set(Some(person.clone())),
        kind: Set(ContactKind::Message.name().to_owned()),
        made_at: Set(now),
        tablet_id: Set(None),
        claimed_at: Set(None),
        claimed_how: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        outcome: Set(None),
        outcome_sealed: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("a report");
    let content = Work { employer: "Gallop Stables".to_owned(), words: String::new() };
    outside_work::ActiveModel {
        id: Set(work.clone()),
        setting_id: Set(setting),
        person_id: Set(person),
        content_sealed: Set(sealed::seal(house, Of::Work(work.as_str()), &content).expect("sealed")),
        minutes_a_week: Set(60),
        minutes_here: Set(60),
        opted_out: Set(false),
        paid: Set(true),
        made_at: Set(now),
        signed_name: Set("Somebody".to_owned()),
        decision: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
        words_sealed: Set(None),
        opt_out_seen: Set(false),
        replaces: Set(None),
        ended_at: Set(None),
    }
    .insert(&nursery.db)
    .await
    .expect("other work");
    [tie.0, report.0, work.0]
}
