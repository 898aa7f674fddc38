//! Reads a licence expression (SPDX) and says whether a list of licences allows it: with `OR` one side suffices, with
//! `AND` both are needed. A licence `WITH` an exception is allowed only when written so in the list. It knows no
//! licence by itself.

/// Whether `allowed` permits `expression`; an expression that cannot be read is not permitted.
pub fn permitted(expression: &str, allowed: &[String]) -> bool {
    // Before SPDX, crates wrote a slash for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.either() == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl<'a> Reader<'a> {
    fn either(&mut self) -> Option<bool> {
        let mut permitted = self.both()?;
        while self.take("OR") {
            permitted |= self.both()?;
        }
        Some(permitted)
    }

    fn both(&mut self) -> Option<bool> {
        let mut permitted = self.one()?;
        while self.take("AND") {
            permitted &= self.one()?;
        }
        Some(permitted)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let inner = self.either()?;
            return self.take(")").then_some(inner);
        }
        let mut licence = self.next()?.to_string();
        if ["OR", "AND", "WITH", ")"].contains(&licence.as_str()) {
            return None;
        }
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.next()?);
        }
        Some(self.allowed.contains(&licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.words.first() == Some(&word);
        if here {
            self.words = &self.words[1..];
        }
        here
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::permitted;

    fn ok(expression: &str) -> bool {
        permitted(expression, &["MIT".into(), "Apache-2.0".into(), "Unicode-3.0".into()])
    }

    #[test]
    fn one_side_of_or_suffices_and_both_of_and_are_needed() {
        assert!(ok("MIT") && ok("MIT OR GPL-3.0") && ok("GPL-3.0/MIT"));
        assert!(ok("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!ok("MIT AND GPL-3.0") && !ok("(GPL-2.0 OR GPL-3.0) AND MIT"));
    }

    #[test]
    fn an_exception_is_another_licence() {
        assert!(!ok("Apache-2.0 WITH LLVM-exception"));
        assert!(permitted("Apache-2.0 WITH LLVM-exception", &["Apache-2.0 WITH LLVM-exception".into()]));
    }

    #[test]
    fn what_cannot_be_read_is_not_permitted() {
        for broken in ["", "MIT OR", "(MIT", "MIT)", "MIT Apache-2.0", "AND MIT", "MIT WITH"] {
            assert!(!ok(broken), "{broken:?}");
        }
    }
}
