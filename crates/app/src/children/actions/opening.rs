//! A child's page is opened: on record, and flagged to the leads where it stands out. Upholds `people.authorised-users`: late at
//! night, from a new place, or many children within an hour.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::action::{Action, Actor, Done, Permit, SignedIn, Subject, Tx, event_row, tree_row};
use crate::children::facts::{Nearness, OpenChildFacts};
use crate::children::seen::nearness_to;
use crate::people::actions::alerts::{Kind, NewAlert, Reason, raise};
use crate::people::actions::sessions::signed_in;
use crate::platform::error::{Error, Result};
use crate::platform::ids::ChildId;
use crate::platform::{sessions, tablets};

/// More different children than this within an hour stand out: more than anybody has in their room.
pub const MANY_CHILDREN: usize = 30;
const HOUR: Duration = Duration::from_secs(3600);
/// An hour has fewer entries than this; bounds the look back through the log.
const LOOK_BACK: i64 = 5_000;

/// Opens a child's page.
pub struct OpenChild {
    /// Whose.
    pub child: ChildId,
    /// With telephone numbers and addresses.
    pub family: bool,
    nearness: Nearness,
}

impl OpenChild {
    /// The page, or with `family` that of the adults.
    pub fn new(child: ChildId, family: bool) -> Self {
        Self { child, family, nearness: Nearness::default() }
    }
}

impl Action for OpenChild {
    type Facts = OpenChildFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<OpenChildFacts> {
        let me = signed_in(&tx.actor)?.person.clone();
        let (_, nearness) = nearness_to(&tx.read(), tx.setting_id()?, (Some(&me), &self.child), tx.today).await?;
        self.nearness = nearness;
        Ok(nearness.into())
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let setting = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let (out_of_hours, new_place) = (!setting.is_open(tx.now), is_new_place(tx, &me).await?);
        let many = self.opened_lately(tx, &me).await? > MANY_CHILDREN;
        let mut reasons = Vec::new();
        // One's own child stands out at no hour and in no place.
        if !self.nearness.own_child {
            reasons.extend(out_of_hours.then_some(Reason::OutOfHours));
            reasons.extend(new_place.then_some(Reason::NewPlace));
            reasons.extend(many.then_some(Reason::ManyChildren));
        }
        let db = tx.write(&permit);
        let alert = NewAlert { kind: Kind::ChildOpened, person: me.person, child: Some(self.child.clone()), reasons };
        let mails = raise(db, tx.house, (setting, tx.now), alert).await?;
        let done = Done::new(permit, Subject::Child(self.child), ())
            .detail("family", self.family)
            .detail("out_of_hours", out_of_hours)
            .detail("new_place", new_place)
            .detail("many", many);
        Ok(mails.into_iter().fold(done, Done::job))
    }

    fn subject(&self) -> Subject {
        Subject::Child(self.child.clone())
    }
}

/// Whether somebody is where their account, or the enrolled device that they use, was not before. A session is not moved from
/// network to network, but a device can be carried out.
async fn is_new_place(tx: &Tx<'_>, me: &SignedIn) -> Result<bool> {
    let session = sessions::living(&tx.read(), &me.session, tx.now).await?;
    let away = match &session.tablet_id {
        Some(tablet) => tablets::living(&tx.read(), tablet).await?.is_away(me.network.as_deref()),
        None => false,
    };
    Ok(session.new_place || away)
}

impl OpenChild {
    /// How many different children this person opened within the hour, this one with them: as the log has it.
    async fn opened_lately(&self, tx: &Tx<'_>, me: &SignedIn) -> Result<usize> {
        let setting = tx.setting_id()?.clone();
        let db = tx.read();
        let size = tree_row::Entity::find()
            .filter(tree_row::Column::SettingId.eq(setting.clone()))
            .one(&db)
            .await?
            .map_or(0, |tree| tree.size);
        let opened: Vec<String> = event_row::Entity::find()
            .select_only()
            .column(event_row::Column::Subject)
            .distinct()
            .filter(event_row::Column::SettingId.eq(setting))
            .filter(event_row::Column::Verb.eq(stairgate_rulebook::Verb::OpenChild.name()))
            .filter(event_row::Column::Seq.gte(size - LOOK_BACK))
            .filter(event_row::Column::Actor.eq(Actor::Person(me.clone()).reference().key()))
            .filter(event_row::Column::Allowed.eq(true))
            .filter(event_row::Column::At.gt(tx.now.minus(HOUR)))
            .into_tuple()
            .all(&db)
            .await?;
        let mut opened: HashSet<String> = opened.into_iter().collect();
        opened.insert(Subject::Child(self.child.clone()).key());
        Ok(opened.len())
    }
}
