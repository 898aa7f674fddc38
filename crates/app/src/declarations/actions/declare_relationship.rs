//! Declares a friendship, family tie or online contact, its end, or that there is none. Upholds
//! `people.relationship-declarations`: signed by the declarer, sealed, and never written over. What has changed is declared again.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::{Answer, TieKind, With};
use crate::declarations::facts::DeclareRelationshipFacts;
use crate::declarations::model::declaration;
use crate::declarations::policy::{RELATIONSHIPS, must_be_on};
use crate::declarations::sealed::{self, Of, Tie};
use crate::declarations::typed::{Typed, yes_or_no};
use crate::people::actions::sessions::signed_in;
use crate::people::signature::must_be_own_name;
use crate::platform::error::{Error, Result};
use crate::platform::ids::DeclarationId;
use crate::web::forms::Posted;
use crate::web::words::words;

/// Declares for oneself.
pub struct DeclareRelationship {
    id: DeclarationId,
    answer: Answer,
    tie: Option<NewTie>,
    replaces: Option<DeclarationId>,
    before: Option<declaration::Model>,
    repeated: bool,
}

/// What was typed about a tie.
struct NewTie {
    content: Tie,
    online: bool,
    by_own_phone: bool,
    before_joining: bool,
    signed_name: String,
}

impl DeclareRelationship {
    /// "I have none", beside what may be declared already.
    pub fn none(id: DeclarationId) -> Self {
        Self { id, answer: Answer::None, tie: None, replaces: None, before: None, repeated: false }
    }

    /// Reads the form of a tie; `replaces` is the declaration that it takes the place of.
    pub fn parse(posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let replaces = match posted.get("replaces") {
            "" => None,
            id => Some(DeclarationId::parse(id)?),
        };
        let over = replaces.is_some() && posted.get("answer") == Answer::Over.name();
        let with = typed.choice("with", With::parse, "declare-with-missing");
        let kind = typed.choice("kind", TieKind::parse, "declare-kind-missing");
        let name = typed.name("other", Some("declare-other-missing"));
        if !name.is_empty() && !name.chars().any(char::is_alphanumeric) {
            typed.wrong("other", words("declare-other-missing"));
        }
        let since = typed.name("since", None);
        let text = typed.text("words", None);
        let (online, by_own_phone) = (typed.ticked("online"), typed.ticked("by_own_phone"));
        // Asked as a question: what nobody said is not written down.
        let before_joining = typed.choice("before_joining", yes_or_no, "declare-before-missing");
        let signed_name = typed.signature();
        typed.done()?;
        let (Some(with), Some(kind), Some(before_joining)) = (with, kind, before_joining) else {
            return Err(Error::NotFound);
        };
        Ok(Self {
            id: DeclarationId::parse(posted.get("id")).unwrap_or_else(|_| DeclarationId::fresh()),
            answer: if over { Answer::Over } else { Answer::Tie },
            tie: Some(NewTie {
                content: Tie { with, kind, name, since, words: text },
                // Whoever knows the other only online is in contact online, ticked or not.
                online: online || kind == TieKind::Online,
                by_own_phone,
                before_joining,
                signed_name,
            }),
            replaces,
            before: None,
            repeated: false,
        })
    }
}

impl Action for DeclareRelationship {
    type Facts = DeclareRelationshipFacts;
    type Output = DeclarationId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<DeclareRelationshipFacts> {
        must_be_on(tx.rulebook.rulebook(), RELATIONSHIPS)?;
        let me = &signed_in(&tx.actor)?.person;
        if let Some(id) = &self.replaces {
            let before = find(tx, id).await?.filter(|row| row.person_id == *me).ok_or(Error::NotFound)?;
            self.before = Some(before);
        }
        self.repeated = match find(tx, &self.id).await? {
            None => false,
            Some(row) if row.person_id == *me => true,
            Some(_) => return Err(Error::NotFound),
        };
        Ok(DeclareRelationshipFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<DeclarationId>> {
        let me = signed_in(&tx.actor)?.clone();
        let subject = Subject::Declaration(self.id.clone());
        // A second press of the button: what it declares stands already.
        if self.repeated {
            return Ok(Done::new(permit, subject, self.id).detail("repeated", true));
        }
        if let Some(tie) = &self.tie {
            must_be_own_name(tx, &tie.signed_name).await?;
        }
        let db = tx.write(&permit);
        if let Some(before) = self.before {
            if before.ended_at.is_some() {
                return Err(Error::field("", words("declare-replaced-already")));
            }
            declaration::ActiveModel { id: Set(before.id), ended_at: Set(Some(tx.now)), ..Default::default() }
                .update(db)
                .await?;
        }
        let content = self.tie.as_ref().map(|tie| &tie.content);
        let sealed =
            content.map(|content| sealed::seal(tx.house, Of::Declaration(self.id.as_str()), content)).transpose()?;
        let with = content.map(|content| content.with);
        let is_tie = self.answer == Answer::Tie;
        let key = content.filter(|_| is_tie).and_then(|content| sealed::name_key(tx.house, &content.name));
        let tie = self.tie.as_ref();
        declaration::ActiveModel {
            id: Set(self.id.clone()),
            setting_id: Set(me.setting),
            person_id: Set(me.person),
            answer: Set(self.answer.name().to_owned()),
            content_sealed: Set(sealed.clone()),
            other_name_key: Set(key),
            with_parent: Set(with == Some(With::Parent)),
            with_child: Set(with == Some(With::Child)),
            online: Set(tie.is_some_and(|tie| tie.online)),
            by_own_phone: Set(tie.is_some_and(|tie| tie.by_own_phone)),
            before_joining: Set(tie.is_some_and(|tie| tie.before_joining)),
            made_at: Set(tx.now),
            signed_name: Set(tie.map(|tie| tie.signed_name.clone())),
            replaces: Set(self.replaces),
            ended_at: Set(None),
        }
        .insert(db)
        .await?;
        let done = Done::new(permit, subject, self.id);
        Ok(match sealed {
            Some(sealed) => done.detail("sealed", proof(&sealed)),
            None => done,
        })
    }

    fn subject(&self) -> Subject {
        Subject::Declaration(self.id.clone())
    }
}

async fn find(tx: &Tx<'_>, id: &DeclarationId) -> Result<Option<declaration::Model>> {
    Ok(declaration::Entity::find_by_id(id.clone())
        .filter(declaration::Column::SettingId.eq(tx.setting_id()?.clone()))
        .one(&tx.read())
        .await?)
}
