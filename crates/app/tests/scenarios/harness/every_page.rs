//! What every page must be, looked at whenever a browser here gets one: one heading that is the title, nothing inline that
//! the content security policy would stop, no id of a text where its words should be, the headers that each answer carries.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use scraper::{Html, Node};

use super::Page;
use super::page::all_of;

/// Words that look like ids of texts and are English.
const ENGLISH: [&str; 6] = ["sign-in", "sign-out", "set-up", "link-up", "report-writing", "role-play"];

/// Fails unless the page is as every page must be.
pub fn is_as_every_page(page: &Page) {
    let at = format!("{} ({})", page.path, page.status);
    let html = Html::parse_document(&page.body);
    let headings = all_of(&html, "h1");
    assert_eq!(headings.len(), 1, "{at} has the headings {headings:?}");
    let title = all_of(&html, "title").concat();
    let plain = title.strip_prefix("Error:").unwrap_or(&title).trim_start();
    assert!(plain.starts_with(&headings[0]), "{at} has the title \"{title}\" over the heading \"{}\"", headings[0]);
    for header in ["content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"] {
        assert!(page.headers.contains_key(header), "{at} has no {header}");
    }
    for node in html.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        let name = element.name();
        assert!(name != "style", "{at} has a style element");
        assert!(name != "script" || element.attr("src").is_some(), "{at} has an inline script");
        for (attribute, value) in element.attrs() {
            assert!(attribute != "style", "{at} has an inline style: {value}");
            assert!(!attribute.starts_with("on"), "{at} has an inline handler: {attribute}={value}");
            assert!(!value.trim_start().starts_with("javascript:"), "{at} has a script address");
        }
    }
    for text in texts(&html) {
        let mut id = text.split_whitespace().map(|word| word.trim_matches(|c: char| ".,:;()\"".contains(c)));
        let id = id.find(|word| looks_like_an_id(word));
        assert!(id.is_none(), "{at} shows the id {id:?} in \"{text}\"");
    }
}

/// Every text that a person sees or hears.
pub fn texts(html: &Html) -> Vec<String> {
    let spoken = ["aria-label", "alt", "title", "placeholder", "data-done", "data-failed"];
    html.tree
        .nodes()
        .flat_map(|node| match node.value() {
            Node::Text(text) => vec![text.to_string()],
            Node::Element(element) => spoken.iter().filter_map(|name| element.attr(name)).map(str::to_owned).collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// Whether a word has the shape of an id of a text: words with dashes, the first of which begins ids.
pub fn looks_like_an_id(word: &str) -> bool {
    static FIRST_WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let ids = ids().into_iter().filter_map(|id| id.split_once('-').map(|(first, _)| first.to_owned()));
        ids.collect()
    });
    let shape = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    let first = word.split_once('-').map(|(first, _)| first);
    shape && !ENGLISH.contains(&word) && first.is_some_and(|first| FIRST_WORDS.contains(first))
}

/// Every id in the English texts.
pub fn ids() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en-GB");
    let files = std::fs::read_dir(folder).expect("the texts").flatten();
    let text: String = files.map(|file| std::fs::read_to_string(file.path()).expect("a text") + "\n").collect();
    let ids = text.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned());
    ids.filter(|id| !id.starts_with(['#', ' ', '-'])).collect()
}
