//! The web around the modules: routes with their verbs, requests and their parameters, forms, frames, words, assets, error pages. Knows no module.

pub mod answer;
pub mod assets;
pub mod device;
pub mod done;
pub mod errors;
pub mod forms;
pub mod layers;
pub mod page;
pub mod params;
pub mod routes;
pub mod typed_day;
pub mod visit;
pub mod words;
