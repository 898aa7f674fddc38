//! Certificates as devices meet them: whole handshakes in memory, with the clock that the test sets.

use std::io::Cursor;

use rustls::client::ClientConfig;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConnection, RootCertStore, ServerConnection};
use zeroize::Zeroizing;

use super::super::keys::Sealer;
use super::authority::issue_unchecked;
use super::*;

#[derive(Debug)]
struct Standing(Instant);

impl TimeProvider for Standing {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0.unix_seconds().unsigned_abs())))
    }
}

/// Not a seal, but not the plain bytes either: what was not sealed does not open.
fn seal(plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    Ok([b"sealed".as_slice(), &plain.iter().map(|byte| !byte).collect::<Vec<_>>()].concat())
}

fn open(sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let plain = sealed.strip_prefix(b"sealed").ok_or(KeyError::NotOurs)?;
    Ok(Zeroizing::new(plain.iter().map(|byte| !byte).collect()))
}

fn own<'a>(dir: &'a Path, names: &'a [String]) -> Own<'a> {
    Own { dir, names, seal: &seal, open: &open }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn now() -> Instant {
    "2026-11-20T08:55:00Z".parse().expect("an instant")
}

/// A device that trusts `authority` connects by `name`; the error that it would show.
fn connect(tls: &Tls, authority: &[u8], name: &str, now: Instant) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.to_vec().into()).expect("a root");
    let mut config = ClientConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(Standing(now)))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut server = ServerConnection::new(tls.server_config()).expect("a server");
    while client.is_handshaking() || server.is_handshaking() {
        let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
        client.write_tls(&mut to_server).expect("memory");
        server.read_tls(&mut Cursor::new(to_server)).expect("memory");
        server.process_new_packets().expect("the server has no objection");
        server.write_tls(&mut to_client).expect("memory");
        client.read_tls(&mut Cursor::new(to_client)).expect("memory");
        client.process_new_packets()?;
    }
    assert_eq!(client.alpn_protocol(), Some(b"h2".as_slice()));
    Ok(())
}

#[test]
fn devices_that_installed_the_authority_can_connect_by_each_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let names = names(&["nursery.local", "192.168.1.20", "gate.acorn.example"]);
    let tls = ensure(&Source::Own(own(dir.path(), &names)), now()).expect("certificates");
    let authority = tls.authority().expect("our own");
    for name in &names {
        connect(&tls, &authority.der, name, now()).expect("trusted");
    }
    connect(&tls, &authority.der, "other.local", now()).expect_err("not in the certificate");
    let stranger = tempfile::tempdir().expect("a folder");
    let stranger = ensure(&Source::Own(own(stranger.path(), &names)), now()).expect("certificates");
    connect(&stranger, &authority.der, "nursery.local", now()).expect_err("another authority");
    connect(&tls, &authority.der, "nursery.local", now().plus(days(398))).expect_err("expired");
}

#[test]
fn the_authority_cannot_speak_for_other_sites() {
    let dir = tempfile::tempdir().expect("a folder");
    let mine = names(&["nursery.local"]);
    let own_mine = own(dir.path(), &mine);
    let tls = ensure(&Source::Own(own_mine), now()).expect("certificates");
    let authority = tls.authority().expect("our own").der.clone();
    for foreign in ["bank.example", "8.8.8.8", "2001:db8::1", "nursery.local.example"] {
        let foreign = names(&[foreign]);
        let refused = ensure(&Source::Own(own(dir.path(), &foreign)), now()).expect_err("outside");
        assert!(matches!(refused, TlsError::OutsideAuthority(_)), "{refused}");
        // Even with the stolen key, devices refuse what it signs.
        let leaf = issue_unchecked(&own_mine, &foreign, now()).expect("signed");
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into()).expect("a root");
        let provider = Arc::new(ring::default_provider());
        let verifier =
            rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("ok");
        let time = Standing(now()).current_time().expect("set");
        let name = ServerName::try_from(foreign[0].clone()).expect("a name");
        let verdict = rustls::client::danger::ServerCertVerifier::verify_server_cert(
            &*verifier,
            &leaf.into(),
            &[],
            &name,
            &[],
            time,
        );
        let verdict = format!("{:?}", verdict.expect_err("refused"));
        assert!(verdict.contains("NameConstraintViolation"), "{verdict}");
    }
    for inside in ["tablets.local", "10.1.2.3", "fd00::7", "localhost"] {
        let inside = names(&[inside]);
        ensure(&Source::Own(own(dir.path(), &inside)), now()).expect("inside");
    }
}

#[test]
fn certificates_stay_until_they_are_due_and_then_renew_in_place() {
    let dir = tempfile::tempdir().expect("a folder");
    let names = names(&["nursery.local"]);
    let source = Source::Own(own(dir.path(), &names));
    let tls = ensure(&source, now()).expect("certificates");
    let first = tls.fingerprint();
    let authority = tls.authority().expect("our own").clone();
    assert!(!tls.refresh(&source, now().plus(days(336))).expect("refreshed"));
    assert_eq!(tls.fingerprint(), first);
    let later = now().plus(days(338));
    assert!(tls.refresh(&source, later).expect("refreshed"), "under 60 days are left");
    assert_ne!(tls.fingerprint(), first);
    connect(&tls, &authority.der, "nursery.local", later.plus(days(396))).expect("trusted");
    let restarted = ensure(&source, later).expect("certificates");
    assert_eq!(restarted.fingerprint(), tls.fingerprint());
    assert_eq!(restarted.authority(), Some(&authority));
}

#[test]
fn other_names_ask_for_another_certificate_and_not_for_another_authority() {
    let dir = tempfile::tempdir().expect("a folder");
    let (before, after) = (names(&["nursery.local"]), names(&["nursery.local", "10.0.0.5"]));
    let tls = ensure(&Source::Own(own(dir.path(), &before)), now()).expect("certificates");
    assert!(tls.refresh(&Source::Own(own(dir.path(), &after)), now()).expect("refreshed"));
    connect(&tls, &tls.authority().expect("our own").der, "10.0.0.5", now()).expect("trusted");
}

#[test]
fn a_replaced_or_expired_authority() {
    let dir = tempfile::tempdir().expect("a folder");
    let (before, after) = (names(&["nursery.local"]), names(&["gate.acorn.example"]));
    let tls = ensure(&Source::Own(own(dir.path(), &before)), now()).expect("certificates");
    own(dir.path(), &after).replace_authority().expect("put aside");
    let new = ensure(&Source::Own(own(dir.path(), &after)), now()).expect("certificates");
    assert_ne!(new.authority().expect("new").fingerprint, tls.authority().expect("old").fingerprint);
    connect(&new, &new.authority().expect("new").der, "gate.acorn.example", now()).expect("trusted");
    let last_year = now().plus(days(3653 - 30));
    assert!(new.refresh(&Source::Own(own(dir.path(), &after)), last_year).expect("refreshed"));
    assert!(!new.refresh(&Source::Own(own(dir.path(), &after)), last_year).expect("not each day anew"));
    let expired = ensure(&Source::Own(own(dir.path(), &after)), now().plus(days(3654))).expect_err("expired");
    assert!(matches!(expired, TlsError::AuthorityExpired), "{expired}");
}

#[test]
fn keys_rest_sealed_and_the_open_copy_is_the_certificate() {
    let dir = tempfile::tempdir().expect("a folder");
    let names = names(&["nursery.local"]);
    let sealer = Sealer::generate().expect("randomness");
    let (seal, open) = (|plain: &[u8]| sealer.seal("tls", plain), |sealed: &[u8]| sealer.open("tls", sealed));
    let own = Own { seal: &seal, open: &open, ..own(dir.path(), &names) };
    let tls = ensure(&Source::Own(own), now()).expect("certificates");
    let pem = std::fs::read_to_string(dir.path().join("authority.pem")).expect("there");
    assert_eq!(pem, tls.authority().expect("our own").pem);
    let parsed = CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
    assert_eq!(parsed.as_ref(), tls.authority().expect("our own").der);
    std::fs::write(dir.path().join("authority.sealed"), b"changed").expect("written");
    let refused = ensure(&Source::Own(own), now()).expect_err("changed");
    assert!(matches!(refused, TlsError::Sealed(..)), "{refused}");
}

#[test]
fn names_that_are_none_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(matches!(ensure(&Source::Own(own(dir.path(), &[])), now()), Err(TlsError::NoNames)));
    for name in ["", "a b", "https://nursery.local", "-x."] {
        let names = names(&[name]);
        assert!(matches!(ensure(&Source::Own(own(dir.path(), &names)), now()), Err(TlsError::NotAName(_))), "{name}");
    }
}

#[test]
fn a_given_certificate_is_served_and_reloaded() {
    let dir = tempfile::tempdir().expect("a folder");
    let (chain, key) = (dir.path().join("chain.pem"), dir.path().join("key.pem"));
    let write = || {
        let made = rcgen::generate_simple_self_signed(names(&["gate.acorn.example"])).expect("made");
        std::fs::write(&chain, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        made.cert.der().to_vec()
    };
    let first = write();
    let source = Source::Given { chain: &chain, key: &key };
    let tls = ensure(&source, now()).expect("served");
    assert_eq!(tls.fingerprint(), fingerprint(&first));
    assert!(tls.authority().is_none());
    let second = write();
    assert!(tls.refresh(&source, now()).expect("reloaded"));
    assert_eq!(tls.fingerprint(), fingerprint(&second));
    let other = rcgen::KeyPair::generate().expect("made");
    std::fs::write(&key, other.serialize_pem()).expect("written");
    assert!(matches!(tls.refresh(&source, now()), Err(TlsError::WrongKey(..))));
    assert_eq!(tls.fingerprint(), fingerprint(&second), "the old one stays in use");
    std::fs::write(&chain, "nothing").expect("written");
    assert!(matches!(ensure(&source, now()), Err(TlsError::NotPem(..))));
}
