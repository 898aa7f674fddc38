//! A permit that nobody gave.
//@ error[E0451]: of struct `Permit` are private

use stairgate::action::Permit;

pub struct Mine;

pub fn forged<'tx>() -> Permit<'tx, Mine> {
    Permit { edition: String::new(), transaction: 0, action: std::marker::PhantomData, of: std::marker::PhantomData }
}
