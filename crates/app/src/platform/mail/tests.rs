//! Mail against another implementation: Python's aiosmtpd in a process of its own, on loopback.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::*;

const USER: &str = "nursery";
const PASSWORD: &str = "otters juggle nine teapots";

/// The other side. Ends with the test, also when the test panics: it reads its standard input to the end.
struct Peer {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    port: u16,
    authority_pem: Vec<u8>,
    _dir: tempfile::TempDir,
}

impl Peer {
    fn start(mode: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let authority_pem = write_certificate(dir.path());
        let python = std::env::var_os("STAIRGATE_TEST_PYTHON").unwrap_or_else(|| "python3".into());
        let mut child = Command::new(&python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/smtp_peer.py"))
            .args([mode, USER, PASSWORD])
            .args([dir.path().join("chain.pem"), dir.path().join("key.pem")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("STAIRGATE_TEST_PYTHON names a Python");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines.next().and_then(Result::ok).and_then(|line| line.parse().ok());
        let port = port.expect("STAIRGATE_TEST_PYTHON names a Python that has aiosmtpd (cargo xtask test sets it up)");
        Self { child, lines, port, authority_pem, _dir: dir }
    }

    fn server(&self) -> MailServer {
        MailServer {
            host: "localhost".to_owned(),
            port: Some(self.port),
            encryption: Encryption::StartTls,
            login: Some((USER.to_owned(), PASSWORD.to_owned().into())),
            from: "stairgate@acorn.example".to_owned(),
            from_name: "Acorn House".to_owned(),
            authority_pem: Some(self.authority_pem.clone()),
        }
    }

    fn received(&mut self) -> Value {
        let line = self.lines.next().expect("a mail").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(error) = self.child.wait() {
            eprintln!("the peer did not end: {error}");
        }
    }
}

fn write_certificate(dir: &Path) -> Vec<u8> {
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().expect("a key");
    let authority = params.self_signed(&key).expect("an authority").pem();
    let issuer = rcgen::Issuer::new(params, key);
    let leaf_key = rcgen::KeyPair::generate().expect("a key");
    let leaf = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
    let leaf = leaf.signed_by(&leaf_key, &issuer).expect("a certificate");
    std::fs::write(dir.join("chain.pem"), leaf.pem()).expect("written");
    std::fs::write(dir.join("key.pem"), leaf_key.serialize_pem()).expect("written");
    authority.into_bytes()
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Sign in to Acorn House \u{2013} caf\u{e9}\r\nBcc: thief@example.org".to_owned(),
        text: "Zoë, here is your link:\nhttps://nursery.local/in/abc\n.\nIt works once.\n".to_owned(),
    }
}

async fn send(server: &MailServer, to: &str) -> Result<(), MailError> {
    Mailer::smtp(server).expect("configured").send(&mail(to)).await
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let mut peer = Peer::start("starttls");
    send(&peer.server(), "zoe@parents.example").await.expect("taken");
    let received = peer.received();
    assert_eq!(received["from"], "stairgate@acorn.example");
    assert_eq!(received["to"], serde_json::json!(["zoe@parents.example"]));
    assert_eq!(received["text"].as_str().map(str::trim_end), Some(mail("").text.trim_end()));
    let headers = &received["headers"];
    assert_eq!(headers["subject"], "Sign in to Acorn House \u{2013} caf\u{e9} Bcc: thief@example.org");
    assert_eq!(headers["from"], "Acorn House <stairgate@acorn.example>");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert!(headers["message-id"].as_str().is_some_and(|id| id.ends_with("@acorn.example>")), "{headers}");
    assert!(headers.get("bcc").is_none(), "{headers}");
    assert_eq!(received["login"], USER);
    assert_eq!(received["encrypted"], true);
}

#[tokio::test]
async fn tls_from_the_first_byte_works_too() {
    let mut peer = Peer::start("tls");
    let server = MailServer { encryption: Encryption::Tls, ..peer.server() };
    send(&server, "zoe@parents.example").await.expect("taken");
    assert_eq!(peer.received()["encrypted"], true);
}

#[tokio::test]
async fn what_the_server_refuses_for_now_is_tried_again_and_what_it_refuses_for_good_is_not() {
    let peer = Peer::start("starttls");
    let busy = send(&peer.server(), "full@parents.example").await.expect_err("busy");
    assert!(matches!(busy, MailError::Busy(_)) && busy.is_transient(), "{busy}");
    let refused = send(&peer.server(), "gone@parents.example").await.expect_err("refused");
    assert!(matches!(refused, MailError::Refused(_)) && !refused.is_transient(), "{refused}");
    assert!(refused.to_string().contains("no such mailbox"), "{refused}");
}

#[tokio::test]
async fn a_wrong_password_is_said() {
    let peer = Peer::start("starttls");
    let login = Some((USER.to_owned(), "wrong".to_owned().into()));
    let refused = send(&MailServer { login, ..peer.server() }, "zoe@parents.example").await.expect_err("refused");
    assert!(matches!(refused, MailError::Login(_)) && refused.is_transient(), "{refused}");
    let refused = send(&MailServer { login: None, ..peer.server() }, "zoe@parents.example").await.expect_err("refused");
    assert!(matches!(refused, MailError::Login(_)), "{refused}");
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_its_name() {
    let peer = Peer::start("starttls");
    let stranger = MailServer { authority_pem: None, ..peer.server() };
    let refused = send(&stranger, "zoe@parents.example").await.expect_err("untrusted");
    assert!(matches!(refused, MailError::NotSecure(_)) && refused.is_transient(), "{refused}");
    let other_name = MailServer { host: "127.0.0.1".to_owned(), ..peer.server() };
    let refused = send(&other_name, "zoe@parents.example").await.expect_err("another name");
    assert!(matches!(refused, MailError::NotSecure(_)), "{refused}");
}

#[tokio::test]
async fn nothing_is_sent_in_the_clear() {
    let peer = Peer::start("clear");
    let refused = send(&peer.server(), "zoe@parents.example").await.expect_err("no STARTTLS");
    assert!(matches!(refused, MailError::NotSecure(_)), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again() {
    let server = {
        let peer = Peer::start("starttls");
        peer.server()
    };
    let refused = send(&server, "zoe@parents.example").await.expect_err("down");
    assert!(matches!(refused, MailError::Unreachable(_)) && refused.is_transient(), "{refused}");
}

#[tokio::test]
async fn kept_mail_goes_nowhere_and_addresses_are_checked_all_the_same() {
    assert!(!Mailer::Kept.leaves());
    Mailer::Kept.send(&mail("zoe@parents.example")).await.expect("kept");
    for to in ["", "zoe", "zoe@parents.example, thief@example.org", "Zoë <zoe@parents.example>", "a@b\r\nRCPT TO:<c@d>"]
    {
        let refused = Mailer::Kept.send(&mail(to)).await.expect_err(to);
        assert!(matches!(refused, MailError::Address(_)) && !refused.is_transient(), "{refused}");
    }
}

#[test]
fn a_wrong_configuration_is_said_at_the_start() {
    let server = |from: &str, pem: Option<&str>| MailServer {
        host: "localhost".to_owned(),
        port: None,
        encryption: Encryption::Tls,
        login: None,
        from: from.to_owned(),
        from_name: String::new(),
        authority_pem: pem.map(|pem| pem.as_bytes().to_vec()),
    };
    assert!(matches!(Mailer::smtp(&server("nobody", None)), Err(MailError::Address(_))));
    assert_eq!(Mailer::smtp(&server("a@b.example", Some("none"))).err(), Some(MailError::NotAnAuthority));
    assert!(Mailer::smtp(&server("a@b.example", None)).expect("fine").leaves());
}
