//! How a module writes down its facts: `facts!(/// doc Name = Verb { /// doc field: type, ... });` makes the struct and says whose
//! verb's it is. The schema checks the fields.

/// One facts struct.
macro_rules! facts {
    ($(#[$doc:meta])* $name:ident = $verb:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        impl stairgate_rulebook::Facts for $name {
            const VERB: stairgate_rulebook::Verb = stairgate_rulebook::Verb::$verb;
        }
    };
}

pub(crate) use facts;
