//! The setting's own authority for whoever may see the settings: its certificate to hand on, and its fingerprint to compare
//! with what a device shows before it is trusted. Holds no key: the certificate lies open in the data folder.

use std::io::ErrorKind;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::web::visit::Visit;

/// `GET /certificate`
pub async fn download(visit: Visit) -> Result<Response> {
    let reader = visit.view().await?;
    let certificate = authority(reader.house)?.ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"stairgate.crt\""),
    ];
    Ok((headers, certificate.to_vec()).into_response())
}

/// SHA-256 of the authority's certificate, in pairs of capitals as devices show it; none without an own authority.
pub fn fingerprint(house: &House) -> Result<Option<String>> {
    let shown = |der: CertificateDer<'_>| {
        Sha256::digest(&der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    };
    Ok(authority(house)?.map(shown))
}

/// The authority's certificate, where this installation has its own and has served HTTPS with it.
fn authority(house: &House) -> Result<Option<CertificateDer<'static>>> {
    if house.config.tls.is_some() {
        return Ok(None);
    }
    let fault = |err: &dyn std::fmt::Display| Error::internal("the authority's certificate", err);
    match std::fs::read(house.folder.join("certificate").join("authority.pem")) {
        Ok(pem) => CertificateDer::from_pem_slice(&pem).map(Some).map_err(|err| fault(&err)),
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(None),
        Err(err) => Err(fault(&err)),
    }
}
