//! A reader for another setting, made from one's own.
//@ error[E0451]: fields `db`, `actor` and `bound` of struct `Reader` are private

use stairgate::action::Reader;

pub fn forged<'a>(own: Reader<'a>, other: stairgate::action::Scope) -> Reader<'a> {
    Reader { scope: other, ..own }
}
