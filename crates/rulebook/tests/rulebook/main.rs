//! The rulebook as a whole: its texts, its traps, its matrix. One binary, since Cedar takes long to link.

mod actions;
mod agreements;
mod bounds;
mod changes;
mod editing;
mod edits;
mod files;
mod frameworks;
mod loading;
mod matrix;
mod model;
mod oracle;
mod people;
mod texts;
mod traps;
mod wording;
