//! The frame of pages for somebody signed in: their name, the rooms they may open, the lead on duty. A fixed number of
//! queries. Upholds `people.designated-leads`: whom to go to stands on every staff page.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::{Role, Verb};

use super::model::{account, person};
use crate::action::{Actor, Reader, standing};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::names;
use crate::web::page::{Idle, LeadCard, NavItem, Page, Shell, Who};
use crate::web::visit::Visit;
use crate::web::words::words;

/// One room of the navigation.
struct Room {
    verb: Verb,
    href: &'static str,
    words: &'static str,
    icon: &'static str,
    wide: bool,
}

const ROOMS: [Room; 9] = [
    Room { verb: Verb::ViewToday, href: "/today", words: "room-today", icon: "sun", wide: false },
    Room { verb: Verb::ViewPeople, href: "/people", words: "room-people", icon: "users", wide: false },
    Room { verb: Verb::ViewChildren, href: "/children", words: "room-children", icon: "baby", wide: false },
    Room {
        verb: Verb::ViewDeclarations,
        href: "/declarations",
        words: "room-declarations",
        icon: "handshake",
        wide: true,
    },
    Room { verb: Verb::ViewTablets, href: "/tablets", words: "room-tablets", icon: "tablet", wide: true },
    Room { verb: Verb::ViewCoverage, href: "/coverage", words: "room-policy", icon: "list-checks", wide: false },
    // For those whom coverage is not for: the policy itself.
    Room { verb: Verb::ViewPolicy, href: "/policy", words: "room-policy", icon: "book-open", wide: false },
    Room { verb: Verb::ViewAudit, href: "/audit", words: "room-audit", icon: "scroll-text", wide: true },
    Room { verb: Verb::ViewSettings, href: "/settings", words: "room-settings", icon: "settings", wide: true },
];

const PARENT_ROOMS: [Room; 2] = [
    Room {
        verb: Verb::ViewAgreement,
        href: "/agreement",
        words: "room-agreement",
        icon: "file-signature",
        wide: false,
    },
    Room { verb: Verb::ViewPolicy, href: "/policy", words: "room-policy", icon: "book-open", wide: false },
];

/// The frame of a page, with those who answer for safeguarding.
pub struct Frame {
    /// The page's frame.
    pub page: Page,
    /// Lead, deputies and assistants, in that order.
    pub responsible: Vec<LeadCard>,
    /// The one who reads.
    pub person: person::Model,
}

/// Builds the frame: four queries.
pub async fn frame(reader: &Reader<'_>, visit: &Visit, title: &str, here: &str) -> Result<Frame> {
    let person =
        reader.find::<person::Entity>().filter(person::Column::Id.eq(visit.me.person.clone())).one(reader.db()).await?;
    let person = person.ok_or(crate::platform::error::Error::SignedOut)?;
    let responsible = responsible(reader).await?;
    let actor = visit.actor();
    let shell = if has_no_board(reader, &actor) { Shell::Parents } else { Shell::Staff };
    let page = Page {
        title: title.to_owned(),
        setting_name: reader.setting.name.clone(),
        nav: navigation(reader, &actor, shell, here),
        who: Some(Who {
            id: person.id.0.clone(),
            name: person.name.clone(),
            first_name: names::first_name(&person.name).to_owned(),
            initials: names::initials(&person.name),
        }),
        csrf: visit.csrf.clone(),
        demo: reader.house.config.demo,
        lead: responsible.first().cloned(),
        lang: "en-GB",
        shell,
        idle: Some(idle(reader)),
        enrolled: reader.session().is_some_and(|session| session.tablet_id.is_some()),
        ..Page::default()
    };
    Ok(Frame { page, responsible, person })
}

fn idle(reader: &Reader<'_>) -> Idle {
    let (limits, shared) = (reader.rulebook.rulebook().limits(), reader.place().shared_device);
    Idle { minutes: if shared { limits.shared_device_idle_minutes } else { limits.idle_minutes }, shared }
}

/// Whoever the board is not for, whatever else may hold them back today, gets the tabs of parents.
fn has_no_board(reader: &Reader<'_>, actor: &Actor) -> bool {
    reader.grounds_against(Verb::ViewToday, actor).iter().any(|ground| ground == "not-your-role-today")
}

fn navigation(reader: &Reader<'_>, actor: &Actor, shell: Shell, here: &str) -> Vec<NavItem> {
    let rooms: &[Room] = if shell == Shell::Parents { &PARENT_ROOMS } else { &ROOMS };
    let has_coverage = reader.may_open(Verb::ViewCoverage, actor);
    let mut nav: Vec<NavItem> = rooms
        .iter()
        .filter(|room| reader.may_open(room.verb, actor))
        .filter(|room| room.verb != Verb::ViewPolicy || !has_coverage)
        .map(|room| NavItem {
            href: room.href,
            label: words(room.words),
            icon: room.icon,
            current: room.href == here || (room.verb == Verb::ViewCoverage && here == "/policy"),
            count: 0,
            report: false,
            wide: room.wide,
        })
        .collect();
    // Report is always last, on every page, for everybody.
    nav.push(NavItem {
        href: "/report",
        label: words("room-report"),
        icon: "megaphone",
        current: here == "/report",
        count: 0,
        report: true,
        wide: false,
    });
    nav
}

/// Everybody who answers for safeguarding today. Three queries.
pub async fn responsible(reader: &Reader<'_>) -> Result<Vec<LeadCard>> {
    let order = [Role::Lead, Role::Deputy, Role::AssistantDeputy];
    let standings: Vec<standing::Model> = reader
        .find::<standing::Entity>()
        .filter(
            Condition::any()
                .add(standing::Column::Roles.contains("lead"))
                .add(standing::Column::Roles.contains("deputy")),
        )
        .all(reader.db())
        .await?
        .into_iter()
        .filter(|row| row.has_access(reader.today))
        .collect();
    let ids: Vec<PersonId> = standings.iter().map(|row| row.person_id.clone()).collect();
    let persons = reader.find::<person::Entity>().filter(person::Column::Id.is_in(ids)).all(reader.db()).await?;
    let accounts: Vec<AccountId> = persons.iter().filter_map(|row| row.account_id.clone()).collect();
    let accounts = account::Entity::find().filter(account::Column::Id.is_in(accounts)).all(reader.db()).await?;
    let mut cards = Vec::new();
    for role in order {
        for row in standings.iter().filter(|row| row.role_list().contains(&role)) {
            let Some(person) = persons.iter().find(|person| person.id == row.person_id) else { continue };
            let Some(account) = accounts.iter().find(|account| Some(&account.id) == person.account_id.as_ref()) else {
                continue;
            };
            let title = reader
                .rulebook
                .rulebook()
                .lead_title(role)
                .map_or_else(|| words(&format!("role-{}", role.name())), str::to_owned);
            cards.push(LeadCard {
                title,
                name: person.name.clone(),
                phone: person.phone.clone(),
                email: account.email.clone(),
            });
        }
    }
    Ok(cards)
}
