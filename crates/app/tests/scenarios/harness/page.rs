//! A page as a person reads it: heading, text, links, forms. What is not there fails with the whole text of the page.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};

/// An answer.
#[derive(Debug)]
pub struct Page {
    /// How it ended.
    pub status: StatusCode,
    /// Where it is.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
    pub(super) location: Option<String>,
}

/// A form as found on a page, with its hidden fields and what is filled in.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// What is sent.
    pub fields: Vec<(String, String)>,
    known: Vec<String>,
}

impl Form {
    /// Types into a field that the form has.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(self.known.iter().any(|known| known == name), "the form has no field {name}, only {:?}", self.known);
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ticks a box, beside those that are ticked.
    #[track_caller]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        assert!(self.known.iter().any(|known| known == name), "the form has no box {name}, only {:?}", self.known);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether the form has this field.
    pub fn knows(&self, name: &str) -> bool {
        self.known.iter().any(|known| known == name)
    }

    /// What a field would send.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

impl Page {
    /// Whether it is a page at all.
    pub fn is_html(&self) -> bool {
        self.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/html")))
    }

    /// Where it sends the browser.
    pub fn leads_to(&self) -> Option<String> {
        self.location.clone()
    }

    /// The heading.
    #[track_caller]
    pub fn heading(&self) -> String {
        self.all("h1").into_iter().next().unwrap_or_else(|| panic!("{} has no heading: {}", self.path, self.body))
    }

    /// Everything to be read in the page's main part.
    pub fn text(&self) -> String {
        self.all("main").join(" ")
    }

    /// The texts of everything that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        all_of(&Html::parse_document(&self.body), selector)
    }

    /// Fails unless the main part holds these words.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(
            self.text().contains(words),
            "{} ({}) does not say \"{words}\": {}",
            self.path,
            self.status,
            self.text()
        );
        self
    }

    /// Fails if the main part holds these words.
    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "{} says \"{words}\": {}", self.path, self.text());
        self
    }

    /// Fails unless this is how it ended and what it is called.
    #[track_caller]
    pub fn is(&self, status: u16, heading: &str) -> &Self {
        let found = (self.status.as_u16(), self.heading());
        assert_eq!((found.0, found.1.as_str()), (status, heading), "{}: {}", self.path, self.text());
        self
    }

    /// Where the link with these words leads.
    #[track_caller]
    pub fn link(&self, words: &str) -> String {
        let html = Html::parse_document(&self.body);
        let found = html.select(&selector("a[href]")).find(|link| words_of(*link).contains(words));
        found
            .and_then(|link| link.attr("href"))
            .unwrap_or_else(|| panic!("no link \"{words}\" on {}", self.path))
            .to_owned()
    }

    /// Whether there is a form with this action.
    pub fn has_form(&self, action: &str) -> bool {
        let html = Html::parse_document(&self.body);
        html.select(&selector("form[method=post]")).any(|form| form.attr("action") == Some(action))
    }

    /// The actions of forms that begin so.
    pub fn all_forms(&self, begin: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let forms = selector("form[method=post]");
        let actions = html.select(&forms).filter_map(|form| form.attr("action"));
        actions.filter(|action| action.starts_with(begin) && *action != begin).map(str::to_owned).collect()
    }

    /// An attribute of the first element that a selector finds.
    pub fn attribute(&self, found: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        html.select(&selector(found)).next().and_then(|element| element.attr(name).map(str::to_owned))
    }

    /// The form with this action.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let html = Html::parse_document(&self.body);
        let found = html.select(&selector("form[method=post]")).find(|form| form.attr("action") == Some(action));
        let form =
            found.unwrap_or_else(|| panic!("no form {action} on {} ({}): {}", self.path, self.status, self.text()));
        read(form, action)
    }

    /// Every form with this action, where a page has several.
    pub fn forms(&self, action: &str) -> Vec<Form> {
        let html = Html::parse_document(&self.body);
        let forms = selector("form[method=post]");
        html.select(&forms).filter(|form| form.attr("action") == Some(action)).map(|form| read(form, action)).collect()
    }
}

/// A form with what it would send as it stands.
fn read(form: ElementRef<'_>, action: &str) -> Form {
    let mut read = Form { action: action.to_owned(), fields: Vec::new(), known: Vec::new() };
    for field in form.select(&selector("input[name], select[name], textarea[name]")) {
        let name = field.attr("name").unwrap_or_default().to_owned();
        let kind = field.attr("type").unwrap_or("text");
        if !matches!(kind, "checkbox" | "radio") || field.attr("checked").is_some() {
            read.fields.push((name.clone(), sent(field)));
        }
        read.known.push(name);
    }
    read
}

/// What a field sends.
fn sent(field: ElementRef<'_>) -> String {
    match field.value().name() {
        // A line's end right behind the tag is no part of what a text area holds.
        "textarea" => field.text().collect::<String>().trim_start_matches('\n').to_owned(),
        "select" => {
            let (chosen, any) = (selector("option[selected]"), selector("option"));
            let option = field.select(&chosen).next().or_else(|| field.select(&any).next());
            option.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
        }
        _ => field.attr("value").unwrap_or_default().to_owned(),
    }
}

/// The texts of everything that a selector finds.
pub fn all_of(html: &Html, found: &str) -> Vec<String> {
    html.select(&selector(found)).map(words_of).collect()
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}

/// The words of an element with single spaces between them.
fn words_of(element: ElementRef<'_>) -> String {
    let text: Vec<&str> = element.text().collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}
