//! TOML or JSON as one kind of tree, each key with its line. A key that stands twice is a fault: neither value is silently lost.

use std::{cell::RefCell, collections::VecDeque, fmt, ops::Range};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::FileFault;

/// A value in the text.
#[derive(Debug)]
pub(super) enum Node {
    Table(Vec<Entry>),
    List(Vec<Self>),
    Word(String),
    Integer(i64),
    Flag(bool),
    /// Something that no rulebook holds: a fraction, a date, nothing.
    Other,
}

/// A key and what it holds.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

/// The tree of a text, as far as it can be read, with the faults of its form.
pub(super) fn parse(text: &str) -> (Vec<Entry>, Vec<FileFault>) {
    if text.trim_start().starts_with('{') { json(text) } else { toml(text) }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

fn toml(text: &str) -> (Vec<Entry>, Vec<FileFault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors.iter().map(|error| FileFault {
        line: error.span().map(|span| line_at(text, span.start)),
        says: format!("This cannot be read as TOML: {}.", error.message().lines().next().unwrap_or_default()),
    });
    (entries(text, table.into_inner()), faults.collect())
}

fn entries(text: &str, table: DeTable<'_>) -> Vec<Entry> {
    let entry = |(key, value): (Spanned<_>, Spanned<DeValue<'_>>)| {
        let span: Range<usize> = key.span();
        let key: std::borrow::Cow<'_, str> = key.into_inner();
        Entry { line: line_at(text, span.start), key: key.into_owned(), node: node(text, value.into_inner()) }
    };
    table.into_iter().map(entry).collect()
}

fn node(text: &str, value: DeValue<'_>) -> Node {
    match value {
        DeValue::String(word) => Node::Word(word.into_owned()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Node::Other, Node::Integer)
        }
        DeValue::Boolean(flag) => Node::Flag(flag),
        DeValue::Array(list) => Node::List(list.into_iter().map(|one| node(text, one.into_inner())).collect()),
        DeValue::Table(table) => Node::Table(entries(text, table)),
        DeValue::Float(_) | DeValue::Datetime(_) => Node::Other,
    }
}

fn json(text: &str) -> (Vec<Entry>, Vec<FileFault>) {
    let reader = Json { lines: RefCell::new(key_lines(text)), twice: RefCell::default() };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = (&reader).deserialize(&mut deserializer).and_then(|node| deserializer.end().map(|()| node));
    match read {
        Ok(Node::Table(entries)) => (entries, reader.twice.into_inner()),
        Ok(_) => (Vec::new(), vec![FileFault { line: None, says: "A rulebook is one JSON object.".to_owned() }]),
        Err(error) => {
            let says = format!("This cannot be read as JSON: {error}.");
            (Vec::new(), vec![FileFault { line: (error.line() > 0).then_some(error.line()), says }])
        }
    }
}

/// The line of each key in the order of the text: a string that a colon follows. Only asked of text that is JSON.
fn key_lines(text: &str) -> VecDeque<usize> {
    let (mut lines, mut line, mut started, mut skip) = (VecDeque::new(), 1, None, false);
    let mut ended = None;
    for c in text.chars() {
        line += usize::from(c == '\n');
        match (started, c) {
            (Some(_), _) if skip => skip = false,
            (Some(_), '\\') => skip = true,
            (Some(_), '"') => ended = started.take(),
            (None, '"') => started = Some(line),
            (None, ':') => lines.extend(ended.take()),
            _ => {}
        }
    }
    lines
}

/// Reads JSON in the order of the text, as serde_json gives it, and takes a line for each key.
struct Json {
    lines: RefCell<VecDeque<usize>>,
    twice: RefCell<Vec<FileFault>>,
}

impl<'de> DeserializeSeed<'de> for &Json {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Json {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let line = self.lines.borrow_mut().pop_front().unwrap_or(1);
            if entries.iter().any(|entry| entry.key == key) {
                let says = format!("\u{2018}{key}\u{2019} stands here twice.");
                self.twice.borrow_mut().push(FileFault { line: Some(line), says });
            }
            entries.push(Entry { line, node: map.next_value_seed(self)?, key });
        }
        Ok(Node::Table(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(self)? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_str<E>(self, word: &str) -> Result<Node, E> {
        Ok(Node::Word(word.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or(Node::Other, Node::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }
}
