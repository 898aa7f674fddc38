//! A device that keeps passkeys, in software: it makes and shows them as WebAuthn level 3 says, for ES256 and without
//! attestation. It can also do what no honest device does: skip its owner, count back, or stand at another address.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stairgate::platform::ids::random;

use super::sample::ADDRESS;
use super::{Form, Page};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// One device with its passkeys.
pub struct Authenticator {
    /// The address of the page, as the browser sees it.
    pub origin: String,
    /// Whether it checks its owner.
    pub verifies: bool,
    /// How often it has signed; 0 for ever where it does not count.
    pub counter: u32,
    keys: Vec<Key>,
}

struct Key {
    id: [u8; 32],
    user: String,
    pair: EcdsaKeyPair,
}

impl Authenticator {
    /// A new one, at the right address.
    pub fn new() -> Self {
        Self { origin: ADDRESS.to_owned(), verifies: true, counter: 0, keys: Vec::new() }
    }

    /// Makes a passkey as the page asks, and fills the form in with it.
    #[track_caller]
    pub fn makes(&mut self, page: &Page) -> Form {
        let (form, options) = asked(page, "create");
        let choice = &options["authenticatorSelection"];
        assert_eq!((&choice["residentKey"], &choice["userVerification"]), (&json!("required"), &json!("required")));
        let random_source = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random_source).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random_source)
            .expect("the same key");
        let key = Key { id: random(), user: text(&options["user"]["id"]), pair };
        let mut data = self.data(&text(&options["rp"]["id"]), WITH_KEY);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(key.id);
        data.extend(cose(key.pair.public_key().as_ref()));
        let object = [&[0xa3][..], &cbor_text("fmt"), &cbor_text("none"), &cbor_text("attStmt"), &[0xa0]].concat();
        let object = [object, cbor_text("authData"), cbor_bytes(&data)].concat();
        let answer = json!({
            "id": coded(&key.id),
            "rawId": coded(&key.id),
            "type": "public-key",
            "extensions": {},
            "response": { "clientDataJSON": coded(&self.said("webauthn.create", &options)), "attestationObject": coded(&object) },
        });
        self.keys.push(key);
        form.fill("answer", &answer.to_string())
    }

    /// Shows a passkey as the page asks: one of those that it names, or its first.
    #[track_caller]
    pub fn shows(&mut self, page: &Page) -> Form {
        let (form, options) = asked(page, "get");
        let named: Vec<String> =
            options["allowCredentials"].as_array().into_iter().flatten().map(|row| text(&row["id"])).collect();
        let fits = |key: &&Key| named.is_empty() || named.contains(&coded(&key.id));
        let key = self.keys.iter().find(fits).expect("a passkey for this page");
        let data = self.data(&text(&options["rpId"]), 0);
        let said = self.said("webauthn.get", &options);
        let signed = [data.as_slice(), &Sha256::digest(&said)].concat();
        let signature = key.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        let answer = json!({
            "id": coded(&key.id),
            "rawId": coded(&key.id),
            "type": "public-key",
            "extensions": {},
            "response": {
                "clientDataJSON": coded(&said),
                "authenticatorData": coded(&data),
                "signature": coded(signature.as_ref()),
                "userHandle": key.user,
            },
        });
        form.fill("answer", &answer.to_string())
    }

    /// The beginning of what a device says of itself: for whom, by whom, how often.
    fn data(&self, name: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(name.as_bytes()).to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// What the browser says about the page.
    fn said(&self, kind: &str, options: &Value) -> Vec<u8> {
        let said =
            json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        said.to_string().into_bytes()
    }
}

/// The form that waits for an answer, and what it asks.
#[track_caller]
fn asked(page: &Page, what: &str) -> (Form, Value) {
    let found = format!("form[data-passkey={what}]");
    let options = page.attribute(&found, "data-options").unwrap_or_else(|| panic!("no {what} here: {}", page.text()));
    let action = page.attribute(&found, "action").expect("an action");
    (page.form(&action), serde_json::from_str(&options).expect("options in JSON"))
}

/// A public key as COSE writes it: elliptic curve, ES256, P-256, both coordinates.
fn cose(point: &[u8]) -> Vec<u8> {
    let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
    [&head[..], &[0x21], &cbor_bytes(&point[1..33]), &[0x22], &cbor_bytes(&point[33..65])].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [&[0x60 | u8::try_from(text.len()).expect("a short text")][..], text.as_bytes()].concat()
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("fewer than 256 bytes");
    [&[0x58, length][..], bytes].concat()
}

fn coded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
