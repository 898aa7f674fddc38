//! A small HTTP/1.1 client on kept loopback connections, one blocking thread each: it costs the two cores that it shares with
//! the servers as little as possible. Reads what our servers answer (a length, no chunks) and nothing more.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::rows::{Outcome, as_f64};
use crate::server::Server;

/// Connections at once, when the rate is measured.
pub const CONNECTIONS: usize = 4;

/// One kept connection.
pub struct Client(BufReader<TcpStream>);

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The first cookie that was set, as it is sent back.
    pub cookie: Option<String>,
    /// Where it leads, when it leads on.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Asks for a page.
    pub fn get(&mut self, path: &str, cookie: &str) -> Outcome<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n"))
    }

    /// Posts a form.
    pub fn post(&mut self, path: &str, cookie: &str, body: &str) -> Outcome<Answer> {
        let (kind, length) = ("application/x-www-form-urlencoded", body.len());
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\ncontent-length: \
             {length}\r\n\r\n{body}"
        ))
    }

    /// Posts a form with one file, its token first, as browsers do.
    pub fn upload(&mut self, path: &str, cookie: &str, (token, name, file): (&str, &str, &str)) -> Outcome<Answer> {
        const EDGE: &str = "----stairgate-edge";
        let part = |head: &str, text: &str| {
            format!("--{EDGE}\r\ncontent-disposition: form-data; name={head}\r\n\r\n{text}\r\n")
        };
        let file = part(&format!("\"file\"; filename=\"{name}\""), file);
        let body = format!("{}{file}--{EDGE}--\r\n", part("\"csrf\"", token));
        let (kind, length) = (format!("multipart/form-data; boundary={EDGE}"), body.len());
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\ncontent-length: \
             {length}\r\n\r\n{body}"
        ))
    }

    fn send(&mut self, request: &str) -> Outcome<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).ok_or("no status was answered")?.parse()?;
        let (mut length, mut cookie, mut location) = (0, None, None);
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some((name, value)) if name.eq_ignore_ascii_case("location") => location = Some(value.to_owned()),
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                    cookie = cookie.or_else(|| value.split(';').next().map(str::to_owned));
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, cookie, location, body })
    }

    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}

/// A page that is asked for again and again.
pub struct Target {
    address: SocketAddr,
    path: String,
    cookie: String,
}

impl Target {
    /// A page of a server, for whoever has this cookie.
    pub fn new(server: &Server, path: &str, cookie: &str) -> Self {
        Self { address: server.address, path: path.to_owned(), cookie: cookie.to_owned() }
    }

    /// The page itself, as text.
    pub fn text(&self) -> Outcome<String> {
        let answer = Client::connect(self.address)?.get(&self.path, &self.cookie)?;
        match answer.status {
            200 => Ok(String::from_utf8(answer.body)?),
            status => Err(format!("{} was answered by {status}", self.path).into()),
        }
    }

    /// Its size in bytes.
    pub fn size(&self) -> Outcome<usize> {
        self.ask(&mut Client::connect(self.address)?)
    }

    /// Asks once; anything but the page is a fault, since errors would be measured as speed.
    fn ask(&self, client: &mut Client) -> Outcome<usize> {
        match client.get(&self.path, &self.cookie)? {
            Answer { status: 200, body, .. } => Ok(body.len()),
            answer => Err(format!("{} was answered by {}", self.path, answer.status).into()),
        }
    }
}

/// Requests a second, shared by all connections.
pub fn rate(target: &Target, requests: usize) -> Outcome<f64> {
    let started = Instant::now();
    thread::scope(|scope| {
        let ask = || {
            let mut client = Client::connect(target.address)?;
            (0..requests / CONNECTIONS).try_for_each(|_| target.ask(&mut client).map(drop))
        };
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().try_for_each(|it| it.join().map_err(|_| "a client panicked")?)
    })?;
    Ok(as_f64(requests / CONNECTIONS * CONNECTIONS) / started.elapsed().as_secs_f64())
}

/// Milliseconds of each of some requests, one after the other on one connection.
pub fn times(target: &Target, requests: usize) -> Outcome<Vec<f64>> {
    let mut client = Client::connect(target.address)?;
    target.ask(&mut client)?;
    (0..requests)
        .map(|_| {
            let started = Instant::now();
            target.ask(&mut client)?;
            Ok(started.elapsed().as_secs_f64() * 1e3)
        })
        .collect()
}
