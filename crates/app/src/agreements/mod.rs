//! Agreements: what people sign, word for word, and what happens until they do. Upholds `agreements.acceptable-use`.

pub mod actions;
pub mod evidence;
pub mod facts;
pub mod model;
pub mod pages;
pub mod queries;
