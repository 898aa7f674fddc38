//! More people than the sample has, through the same door: invited, joined, signed, with a second factor where their role
//! needs one. Only the slow hashing of their passwords is done once for all of them.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use stairgate::action::{Actor, SignedIn, perform};
use stairgate::people::actions::invitations::InvitePerson;
use stairgate::people::actions::links::{AcceptInvitation, LinkUse};
use stairgate::people::actions::opening::Arrival;
use stairgate::people::actions::passwords::SetUpSecondFactor;
use stairgate::people::actions::sign_in::SignIn;
use stairgate::people::credentials::{Checked, NewPassword, SecondFactor};
use stairgate::people::model::{account, email_key};
use stairgate::people::queries::account_by_email;
use stairgate::people::second_factor::STEP_SECONDS;
use stairgate::platform::ids::TabletId;
use stairgate::platform::sessions;
use stairgate::platform::throttles::{Throttle, Try};
use stairgate::world;
use stairgate_rulebook::Role;

use super::{Browser, Nursery};

impl Nursery {
    /// Brings somebody in by the invitation of `manager`, ready to work; returns the cookie of their session.
    pub async fn bring_in(&self, manager: &Actor, name: &str, email: &str, roles: &[Role]) -> String {
        self.wait(Duration::from_secs(1));
        let invited = InvitePerson::parse(name, email, roles.to_vec()).expect("a person");
        perform(&self.house, manager, invited).await.expect("invited");
        let token = world::mailed_link(&self.house, email).await.expect("a mail");
        let hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA".to_owned();
        let new = NewPassword { hash, length: 27, guessable: false, reason: None };
        perform(&self.house, &Actor::Nobody, AcceptInvitation(LinkUse::new(token, new))).await.expect("joined");
        let cookie = self.cookie_of(email).await;
        let actor = self.actor(&cookie).await;
        if roles.iter().any(|role| [Role::Manager, Role::Lead].contains(role)) {
            let step = Some(self.house.now().unix_seconds() / STEP_SECONDS);
            let account = self.account(email).await;
            let action = SetUpSecondFactor { secret: vec![7; 20], step, checked: self.right(account).await };
            perform(&self.house, &actor, action).await.expect("a second factor");
        }
        let setting = actor.setting().expect("a setting").clone();
        world::sign(&self.house, &actor, name, &setting).await.expect("signed");
        cookie
    }

    /// A new session of somebody whose password and code are right.
    pub async fn cookie_of(&self, email: &str) -> String {
        self.cookie_at(email, None).await
    }

    /// The same at an enrolled computer of the setting's; whoever sat there before is signed out.
    pub async fn cookie_at(&self, email: &str, desk: Option<TabletId>) -> String {
        let account = self.account(email).await;
        let step = (self.house.now().unix_seconds() / STEP_SECONDS).max(account.totp_last_step + 1);
        let action = SignIn {
            checked: self.right(account).await,
            second_factor: Some(SecondFactor::Code(step)),
            arrival: Arrival { tablet: desk, ..Arrival::by("A device of the test's") },
            replaces: None,
            chosen: None,
        };
        perform(&self.house, &Actor::Nobody, action).await.expect("signed in")
    }

    /// A credential of an enrolled device, put in place of the one that only the device knows.
    pub async fn credential_of(&self, desk: &TabletId) -> String {
        let token = format!("credential-of-{desk}");
        let digest = sessions::digest(&token);
        let sql = format!("UPDATE tablets SET token_digest = '{digest}' WHERE id = '{desk}'");
        self.db.execute_unprepared(&sql).await.expect(&sql);
        token
    }

    /// Who acts by this cookie.
    pub async fn actor(&self, cookie: &str) -> Actor {
        let row = sessions::by_token(&self.db, cookie, self.house.now()).await.expect("an answer").expect("a session");
        Actor::Person(SignedIn {
            session: row.id,
            account: row.account_id,
            person: row.person_id,
            setting: row.setting_id,
            network: None,
        })
    }

    /// A browser with this session.
    pub fn with_session(&self, cookie: String) -> Browser {
        let mut browser = self.browser();
        browser.steal(cookie);
        browser
    }

    async fn account(&self, email: &str) -> account::Model {
        account_by_email(&self.db, &email_key(email)).await.expect("an answer").expect("an account")
    }

    /// The account with its password typed rightly.
    async fn right(&self, account: account::Model) -> Checked {
        let throttle = Throttle::account(&self.house, &account.email_key);
        let tried = Try::count(&self.house, throttle, None).await.expect("a try");
        Checked { email_key: account.email_key.clone(), account: Some(account), matches: true, rehashed: None, tried }
    }
}
