//! What stands between an adult of a family and being let in: a tie that a lead has not decided yet, or a restriction that leaves
//! no child. Upholds `people.authorised-users`. Children belong to the module above, of which people knows nothing: its table of
//! ties is named here, and nothing of a child is read.

use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait, Query};

use crate::platform::clock::{Day, Instant};
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SettingId};

/// What an adult's ties to children say about inviting them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FamilyTies {
    /// A lead has to say first that they are not the adult who is kept from a child.
    pub undecided: bool,
    /// A restriction stands against them, and no child is left whom they may know.
    pub kept_away: bool,
    /// A child is here, or comes, whom they may know.
    pub has_child: bool,
}

/// The ties of one adult. One query.
pub async fn family_ties(
    db: &impl ConnectionTrait,
    (setting, person): (&SettingId, &PersonId),
    today: Day,
) -> Result<FamilyTies> {
    let of_tie = |name: &'static str| Expr::col((Alias::new("guardians"), Alias::new(name)));
    let ties = Query::select()
        .columns(["restriction", "waits_since", "ended_at"].map(|name| (Alias::new("guardians"), Alias::new(name))))
        .column((Alias::new("children"), Alias::new("attends_until")))
        .from(Alias::new("guardians"))
        .inner_join(Alias::new("children"), of_tie("child_id").equals((Alias::new("children"), Alias::new("id"))))
        .and_where(of_tie("setting_id").eq(setting.clone()))
        .and_where(of_tie("person_id").eq(person.clone()))
        .to_owned();
    let (mut ties_of, mut restricted, mut knows_one) = (FamilyTies::default(), false, false);
    for row in db.query_all(&ties).await? {
        let is_here = row.try_get::<Option<Day>>("", "attends_until")?.is_none_or(|until| until >= today);
        let restriction: String = row.try_get("", "restriction")?;
        let waits = row.try_get::<Option<Instant>>("", "waits_since")?.is_some();
        let tied = row.try_get::<Option<Instant>>("", "ended_at")?.is_none();
        ties_of.undecided |= tied && waits;
        // A restriction goes on warning when its tie has ended.
        restricted |= restriction != "none";
        let may_know = tied && !waits && restriction == "none";
        knows_one |= may_know;
        ties_of.has_child |= may_know && is_here;
    }
    ties_of.kept_away = restricted && !knows_one;
    Ok(ties_of)
}
