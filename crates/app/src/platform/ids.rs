//! Identifiers as newtypes: 128 random bits in base64url, so that an id can be neither guessed nor counted,
//! and a person's id cannot be handed in where a setting's is wanted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::error::{Error, Result};

/// `N` bytes of the operating system's randomness.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A fresh secret of 256 bits in base64url, for cookies and one-time links.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}"); // Writing into a String cannot fail.
        out
    })
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sea_orm::DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A fresh id.
            pub fn fresh() -> Self {
                Self(URL_SAFE_NO_PAD.encode(random::<16>()))
            }
            /// An id as it came from outside: 128 bits in base64url, or nothing is found. So no other text gets into a query
            /// or a log.
            pub fn parse(text: &str) -> Result<Self> {
                let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::NotFound)?;
                if bytes.len() == 16 { Ok(Self(text.to_owned())) } else { Err(Error::NotFound) }
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl sea_orm::TryFromU64 for $name {
            // Ids are made here, never counted up by the database.
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A setting: a nursery, a pre-school.
    SettingId
);
id!(
    /// An account: mail address and credentials, of the installation.
    AccountId
);
id!(
    /// A person in a setting.
    PersonId
);
id!(
    /// A session, as shown in lists; the cookie's secret is another value.
    SessionId
);
id!(
    /// A one-time link.
    LinkId
);
id!(
    /// A job that follows a change.
    JobId
);
id!(
    /// A version of a setting's policy.
    PolicyVersionId
);
id!(
    /// A signature under an agreement.
    SignatureId
);
id!(
    /// A child. Children have no account and are no persons here.
    ChildId
);
id!(
    /// A room.
    RoomId
);
id!(
    /// The tie between a child and one adult.
    GuardianId
);
id!(
    /// A question to a family, made from a register's consent column.
    ConsentRequestId
);
id!(
    /// An import of a register.
    ImportId
);
id!(
    /// A device that the setting enrolled.
    TabletId
);
id!(
    /// A passkey, as shown in lists.
    PasskeyId
);
id!(
    /// A passkey ceremony under way.
    CeremonyId
);
id!(
    /// An absence of somebody who is responsible.
    AbsenceId
);
id!(
    /// The time during which somebody held a position.
    LeadTermId
);
id!(
    /// An alert about unusual access.
    AlertId
);
id!(
    /// A sign-off of the register of authorised users.
    SignOffId
);
id!(
    /// A report that a password is known.
    PasswordReportId
);
id!(
    /// A child's time in a room.
    PlacementId
);
id!(
    /// A declared relationship.
    DeclarationId
);
id!(
    /// A decision about a declared relationship.
    DecisionId
);
id!(
    /// A report of social contact.
    ContactReportId
);
id!(
    /// What somebody added to a report of social contact.
    ContactAdditionId
);
id!(
    /// A declaration of other work.
    OutsideWorkId
);
id!(
    /// A confirmation that one's family has the setting's number.
    ConfirmationId
);
