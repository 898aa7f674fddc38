//! The certificate as a profile that iPhones and iPads install (unsigned: they say so, and the page explains it).
//! The same certificate always gives the same profile, so that installing it again replaces it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// Apple's configuration profile with the authority's certificate. iOS needs full trust switched on afterwards, in
/// Settings > General > About > Certificate Trust Settings.
pub fn mobileconfig(authority_der: &[u8], setting_name: &str) -> String {
    let name = escaped(setting_name);
    let certificate = BASE64_STANDARD.encode(authority_der);
    let (inner, outer) = (uuid(authority_der, "certificate"), uuid(authority_der, "profile"));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadCertificateFileName</key>
			<string>stairgate.cer</string>
			<key>PayloadContent</key>
			<data>{certificate}</data>
			<key>PayloadDescription</key>
			<string>Lets this device recognise the Stairgate server of {name}.</string>
			<key>PayloadDisplayName</key>
			<string>Stairgate at {name}</string>
			<key>PayloadIdentifier</key>
			<string>stairgate.certificate.{inner}</string>
			<key>PayloadType</key>
			<string>com.apple.security.root</string>
			<key>PayloadUUID</key>
			<string>{inner}</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDescription</key>
	<string>It can speak only for this nursery's own server, never for other sites.</string>
	<key>PayloadDisplayName</key>
	<string>Stairgate at {name}</string>
	<key>PayloadIdentifier</key>
	<string>stairgate.profile.{outer}</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>{outer}</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
"#
    )
}

/// A UUID of version 8 (RFC 9562): a hash, marked as such.
fn uuid(der: &[u8], part: &str) -> String {
    let digest = Sha256::new().chain_update(part).chain_update([0]).chain_update(der).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Text for XML 1.0, which has no control characters at all.
fn escaped(text: &str) -> String {
    let visible: String = text.chars().filter(|it| !it.is_control()).collect();
    visible.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_certificate_gives_the_same_profile() {
        assert_eq!(mobileconfig(b"one", "Acorn House"), mobileconfig(b"one", "Acorn House"));
        assert_ne!(uuid(b"one", "profile"), uuid(b"two", "profile"));
        assert_ne!(uuid(b"one", "profile"), uuid(b"one", "certificate"));
        let uuid = uuid(b"one", "profile");
        assert!(uuid.len() == 36 && &uuid[14..15] == "8" && ["8", "9", "A", "B"].contains(&&uuid[19..20]), "{uuid}");
    }

    #[test]
    fn names_are_escaped() {
        let profile = mobileconfig(b"one", "Tom & Ava's <Nursery>\u{1}");
        assert!(profile.contains("<string>Stairgate at Tom &amp; Ava's &lt;Nursery&gt;</string>"));
        assert!(profile.contains("<data>b25l</data>"));
    }
}
