//! The frame of pages for somebody signed in: their name, the rooms they may open, the lead on duty. A fixed number of
//! queries. Upholds `people.designated-leads`: whom to go to stands on every staff page.

use sea_orm::entity::prelude::*;
use stairgate_rulebook::Verb;

use super::leads;
use super::model::person;
use crate::action::{Actor, Reader};
use crate::platform::error::Result;
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
}

/// Rooms beside Report for which the bar of a phone has slots; with more of them the last slot holds the rest.
const SLOTS: usize = 4;

/// In the order of the rail: the first three are those that a phone always shows.
const ROOMS: [Room; 9] = [
    Room { verb: Verb::ViewToday, href: "/today", words: "room-today", icon: "sun" },
    Room { verb: Verb::ViewPeople, href: "/people", words: "room-people", icon: "users" },
    Room { verb: Verb::ViewChildren, href: "/children", words: "room-children", icon: "baby" },
    Room { verb: Verb::ViewDeclarations, href: "/declarations", words: "room-declarations", icon: "handshake" },
    Room { verb: Verb::ViewTablets, href: "/tablets", words: "room-tablets", icon: "tablet" },
    Room { verb: Verb::ViewCoverage, href: "/coverage", words: "room-policy", icon: "list-checks" },
    // For those whom coverage is not for: the policy itself.
    Room { verb: Verb::ViewPolicy, href: "/policy", words: "room-policy", icon: "book-open" },
    Room { verb: Verb::ViewAudit, href: "/audit", words: "room-audit", icon: "scroll-text" },
    Room { verb: Verb::ViewSettings, href: "/settings", words: "room-settings", icon: "settings" },
];

const PARENT_ROOMS: [Room; 3] = [
    Room { verb: Verb::ViewChildren, href: "/children", words: "room-children", icon: "baby" },
    Room { verb: Verb::ViewAgreement, href: "/agreement", words: "room-agreement", icon: "file-signature" },
    Room { verb: Verb::ViewPolicy, href: "/policy", words: "room-policy", icon: "book-open" },
];

/// The frame of a page, with those who answer for safeguarding.
pub struct Frame {
    /// The page's frame.
    pub page: Page,
    /// Whoever is on duty, first in line first; at the end those who are away.
    pub responsible: Vec<LeadCard>,
    /// The one who reads.
    pub person: person::Model,
}

/// Builds the frame: five queries.
pub async fn frame(reader: &Reader<'_>, visit: &Visit, title: &str, here: &str) -> Result<Frame> {
    let person =
        reader.find::<person::Entity>().filter(person::Column::Id.eq(visit.me.person.clone())).one(reader.db()).await?;
    let person = person.ok_or(crate::platform::error::Error::SignedOut)?;
    let responsible = leads::on_duty(reader).await?;
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
        lead: leads::first_on_duty(&responsible),
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
            more: false,
        })
        .collect();
    if nav.len() > SLOTS {
        nav.iter_mut().skip(SLOTS - 1).for_each(|item| item.more = true);
    }
    // Report is always last, on every page, for everybody.
    nav.push(NavItem {
        href: "/report",
        label: words("room-report"),
        icon: "megaphone",
        current: here == "/report",
        count: 0,
        report: true,
        more: false,
    });
    nav
}
