//! A browser without a screen, over a real connection: cookies, forms with their token, redirects as answers. Each answer is
//! read whole before it counts as an answer.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use stairgate::world::PASSWORD;

use super::PATIENCE;

/// Between the parts of an upload.
const EDGE: &str = "----stairgate-edge";

/// One browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

/// An answer that came whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
    cookies: Vec<String>,
}

impl Answer {
    /// Where it leads, without what it says there.
    pub fn place(&self) -> &str {
        self.location.split('?').next().unwrap_or_default()
    }
}

impl Browser {
    /// A new one.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// Another browser of nobody.
    pub fn fresh(&self) -> Self {
        Self::new(self.address)
    }

    /// The same browser, once the server listens elsewhere.
    pub fn moved(&self, address: SocketAddr) -> Self {
        Self { address, cookies: self.cookies.clone() }
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, ("", b""))
    }

    /// Sends a form, its token taken from the page `from`.
    pub fn submit(&mut self, from: &str, to: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let page = self.get(from)?;
        let token = field(&page.body, "csrf").ok_or_else(|| other(format!("{from} has no form: {page:?}")))?;
        self.post(to, &token, fields)
    }

    /// Sends a form with a token.
    pub fn post(&mut self, to: &str, token: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let csrf = ("csrf", token);
        let fields = fields.iter().chain([&csrf]);
        let body: Vec<String> = fields.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", to, ("application/x-www-form-urlencoded", body.join("&").as_bytes()))
    }

    /// Sends a form with a file, its token taken from the page, which is also where it goes.
    pub fn upload(&mut self, page: &str, (name, bytes): (&str, &[u8])) -> io::Result<Answer> {
        let shown = self.get(page)?;
        let token = field(&shown.body, "csrf").ok_or_else(|| other(format!("{page} has no form: {shown:?}")))?;
        let part = |head: &str| format!("--{EDGE}\r\nContent-Disposition: form-data; name={head}\r\n");
        let mut body = part("\"csrf\"").into_bytes();
        body.extend(format!("\r\n{token}\r\n").bytes());
        body.extend(part(&format!("\"file\"; filename=\"{name}\"")).bytes());
        body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        self.send("POST", page, (&format!("multipart/form-data; boundary={EDGE}"), &body))
    }

    /// Signs a sample person in, with the code that the outbox shows where one is asked for.
    pub fn sign_in(&mut self, email: &str) -> io::Result<Answer> {
        let answer =
            self.submit("/sign-in", "/sign-in", &[("email", email), ("password", PASSWORD), ("to", "/today")])?;
        if answer.status != 200 {
            return Ok(answer);
        }
        let challenge = field(&answer.body, "challenge").ok_or_else(|| other(format!("no step: {answer:?}")))?;
        let token = field(&answer.body, "csrf").ok_or_else(|| other("no form".to_owned()))?;
        let code = code(&self.get("/outbox")?.body, email).ok_or_else(|| other(format!("no code for {email}")))?;
        self.post("/sign-in/code", &token, &[("challenge", &challenge), ("code", &code)])
    }

    fn send(&mut self, method: &str, path: &str, (kind, body): (&str, &[u8])) -> io::Result<Answer> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&[request.as_bytes(), body].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let answer = parsed(&String::from_utf8_lossy(&bytes))?;
        for cookie in &answer.cookies {
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

/// An answer counts only with all of its body.
fn parsed(text: &str) -> io::Result<Answer> {
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(cut)?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    let whole = match header("content-length") {
        Some(length) => length.parse() == Ok(body.len()),
        None => body.ends_with("0\r\n\r\n") || body.is_empty(),
    };
    if !whole {
        return Err(cut());
    }
    let cookies = headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone()).collect();
    Ok(Answer { status, location: header("location").unwrap_or_default(), body: body.to_owned(), cookies })
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the answer did not come whole")
}

fn other(why: String) -> io::Error {
    io::Error::other(why)
}

/// The value of a field on a page.
pub fn field(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// The code on the outbox page for somebody's app, on the line of their address.
fn code(outbox: &str, email: &str) -> Option<String> {
    let line = outbox.lines().find(|line| line.contains(email))?;
    let digits: Vec<&str> =
        line.split(|letter: char| !letter.is_ascii_digit()).filter(|word| word.len() == 6).collect();
    digits.last().map(|code| (*code).to_owned())
}

/// As a form's value.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
