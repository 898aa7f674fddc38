//! Makes and checks certificates: ECDSA P-256, the authority bound to its names by a critical constraint, so that its
//! key is of no use against other sites. Every certificate is checked as a device would before it is served.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore};

use super::super::clock::Instant;
use super::authority::Kept;
use super::{TlsError, days};

const AUTHORITY_DAYS: u64 = 3653;
/// Browsers refuse certificates of more than 398 days.
const LEAF_DAYS: u64 = 397;
/// Tablets whose clocks are a little behind must accept a new certificate at once.
const BACKDATED: Duration = Duration::from_secs(60 * 60);

/// A root for ten years that can speak only for these names, `.local` and private addresses.
pub(super) fn new_authority(names: &[String], now: Instant) -> Result<Kept, TlsError> {
    let mut params = CertificateParams::default();
    let expires = validity(&mut params, now, AUTHORITY_DAYS, None);
    let title = names.first().ok_or(TlsError::NoNames)?;
    params.distinguished_name.push(DnType::CommonName, format!("Stairgate at {title}"));
    params.distinguished_name.push(DnType::OrganizationName, "Stairgate");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints { permitted_subtrees: permitted(names), excluded_subtrees: vec![] });
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?.der().to_vec();
    Ok(Kept { names: names.to_vec(), expires, certificate, key: key.serialize_der() })
}

/// The server's certificate, which devices that trust the authority accept for all these names.
pub(super) fn new_leaf(authority: &Kept, names: &[String], now: Instant) -> Result<Kept, TlsError> {
    let leaf = issue(authority, names, now)?;
    verify(&leaf, names, authority, now)?;
    Ok(leaf)
}

/// Signs without asking whether devices will accept the names: [`verify`] does.
pub(super) fn issue(authority: &Kept, names: &[String], now: Instant) -> Result<Kept, TlsError> {
    let mut params = CertificateParams::new(names)?;
    let expires = validity(&mut params, now, LEAF_DAYS, Some(authority.expires));
    params.distinguished_name.push(DnType::CommonName, names.first().ok_or(TlsError::NoNames)?.as_str());
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let issuer_key = KeyPair::try_from(authority.key.as_slice())?;
    let issuer = Issuer::from_ca_cert_der(&authority.certificate(), issuer_key)?;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?.der().to_vec();
    Ok(Kept { names: names.to_vec(), expires, certificate, key: key.serialize_der() })
}

/// Asks what a device would say that trusts the authority.
pub(super) fn verify(leaf: &Kept, names: &[String], authority: &Kept, now: Instant) -> Result<(), TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate())?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider()))
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now.unix_seconds().unsigned_abs()));
    for name in names {
        let server = ServerName::try_from(name.as_str()).map_err(|_| TlsError::NotAName(name.clone()))?;
        match verifier.verify_server_cert(&leaf.certificate(), &[], &server, &[], now) {
            Ok(_) => {}
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_))) => {
                return Err(TlsError::OutsideAuthority(name.clone()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// All that the authority may ever speak for: if its key were stolen, no other site could be imitated with it.
fn permitted(names: &[String]) -> Vec<GeneralSubtree> {
    let private = [
        ("10.0.0.0", 8),
        ("172.16.0.0", 12),
        ("192.168.0.0", 16),
        ("169.254.0.0", 16),
        ("127.0.0.0", 8),
        ("fc00::", 7),
        ("fe80::", 10),
        ("::1", 128),
    ];
    let private = private.into_iter().filter_map(|(address, prefix)| Some((address.parse().ok()?, prefix)));
    let own = names.iter().filter_map(|name| name.parse().ok()).map(|address: IpAddr| match address {
        IpAddr::V4(_) => (address, 32),
        IpAddr::V6(_) => (address, 128),
    });
    let hosts = names.iter().filter(|name| name.parse::<IpAddr>().is_err()).map(String::as_str);
    let hosts = hosts.chain(["local", "localhost"]).map(|host| GeneralSubtree::DnsName(host.to_owned()));
    let addresses = private.chain(own).map(|(address, prefix)| CidrSubnet::from_addr_prefix(address, prefix));
    hosts.chain(addresses.map(GeneralSubtree::IpAddress)).collect()
}

/// Sets when a certificate begins and ends, in whole seconds, and says when it ends.
fn validity(params: &mut CertificateParams, now: Instant, length: u64, latest: Option<Instant>) -> Instant {
    let begins = now.minus(BACKDATED);
    let expires = begins.plus(days(length)).min(latest.unwrap_or(Instant::from_micros(i64::MAX)));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + Duration::from_secs(begins.unix_seconds().unsigned_abs());
    params.not_after = epoch + Duration::from_secs(expires.unix_seconds().unsigned_abs());
    expires
}
