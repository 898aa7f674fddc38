//! The second factor: one-time codes from an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds) and ten
//! recovery codes for the day the phone is lost. Each code works once. Secrets are handed out to be sealed; this file
//! stores nothing and counts no attempts.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Builder, Totp, TotpError};
use zeroize::Zeroizing;

use crate::platform::keys::{KeyError, random_bytes};

/// Seconds for which one code is shown.
pub const STEP_SECONDS: i64 = 30;
/// How many steps a phone's clock may be off, each way.
const SKEW: i64 = 1;
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// No vowels (codes must not spell words), nothing that looks like something else.
const LETTERS: &[u8; 26] = b"bcdfghjkmnpqrstvwxyz234679";
const LETTERS_A_CODE: usize = 8;

/// The secret shared with a person's authenticator app: 160 bits, as RFC 4226 asks.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; 20]>);

impl TotpSecret {
    /// A new secret.
    pub fn generate() -> Result<Self, KeyError> {
        random_bytes().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The secret with these bytes, as they came out of the seal; `None` unless they are 20.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes to seal and keep.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The secret for typing into an app that cannot read the QR code: eight groups of four.
    pub fn words(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(totp_rs::Secret::from(*self.0).to_base32());
        let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|it| std::str::from_utf8(it).ok()).collect();
        Zeroizing::new(groups.join(" "))
    }

    /// The `otpauth:` address for the QR code: the app lists it as "Stairgate" and the setting, with the account.
    pub fn uri(&self, setting: &str, account: &str) -> Result<Zeroizing<String>, TotpError> {
        let issuer = format!("Stairgate {setting}");
        let totp = self.builder().with_issuer(Some(plain(&issuer))).with_account_name(plain(account)).build()?;
        totp.to_url().map(Zeroizing::new)
    }

    /// The step that this code belongs to, if it is right at `now_unix` (seconds) and newer than `last_step`, the step
    /// of the code used last. Keep the step: the same code or an older one never works again.
    pub fn verify(&self, code: &str, now_unix: i64, last_step: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|it| !it.is_whitespace() && *it != '-').collect();
        if code.len() != 6 || !code.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let totp = self.builder().build().ok()?;
        let now = now_unix.div_euclid(STEP_SECONDS);
        let mut steps = (now - SKEW..=now + SKEW).filter(|step| *step >= 0 && Some(*step) > last_step);
        steps.find(|step| is_code_of(&totp, *step, &code))
    }

    /// The code of a moment, as an app shows it: for the sample people of the demonstration, who have no phones.
    pub fn code_at(&self, now_unix: i64) -> Option<String> {
        let totp = self.builder().build().ok()?;
        Some(totp.generate(u64::try_from(now_unix).ok()?).to_string())
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS.unsigned_abs())
            .with_skew(0)
            .with_secret(*self.0)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// Ten new recovery codes, such as `k7mf-2wqp`, to show once. Keep only their [`recovery_digest`].
pub fn recovery_codes() -> Result<Vec<Zeroizing<String>>, KeyError> {
    (0..RECOVERY_CODES).map(|_| recovery_code()).collect()
}

/// What is kept of a recovery code: HMAC-SHA256 under a key of the installation, over account and code. Without the
/// key a stolen database cannot be searched for codes; with the account, a digest is of no use in another row.
pub fn recovery_digest(key: &[u8; 32], account: &str, code: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(account.as_bytes());
    mac.update(&[0]);
    mac.update(normalised(code).as_bytes());
    mac.finalize().into_bytes().into()
}

/// Which of the kept digests this typed code has, in any case, with or without dash and spaces. Strike that one out.
pub fn find_recovery_code(key: &[u8; 32], account: &str, code: &str, kept: &[[u8; 32]]) -> Option<usize> {
    if normalised(code).len() != LETTERS_A_CODE {
        return None;
    }
    let digest = recovery_digest(key, account, code);
    kept.iter().position(|it| bool::from(it.ct_eq(&digest)))
}

fn is_code_of(totp: &Totp, step: i64, code: &str) -> bool {
    step.checked_mul(STEP_SECONDS).is_some_and(|time| totp.check(code, time.unsigned_abs()).is_some())
}

/// The address separates issuer and account by a colon, so that neither may have one.
fn plain(text: &str) -> String {
    text.replace(':', " ")
}

fn recovery_code() -> Result<Zeroizing<String>, KeyError> {
    let mut number = u64::from_le_bytes(random_bytes()?);
    let mut code = Zeroizing::new(String::with_capacity(LETTERS_A_CODE + 1));
    for position in 0..LETTERS_A_CODE {
        if position == LETTERS_A_CODE / 2 {
            code.push('-');
        }
        // 2^64 is some 88 million times 26^8: the remainder favours no letter that anybody could measure.
        code.push(char::from(LETTERS[(number % 26) as usize]));
        number /= 26;
    }
    Ok(code)
}

fn normalised(code: &str) -> Zeroizing<String> {
    let letters = code.chars().filter(|it| !it.is_whitespace() && !matches!(it, '-' | '–'));
    Zeroizing::new(letters.map(|it| it.to_ascii_lowercase()).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The secret of RFC 6238's test vectors.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").expect("20 bytes")
    }

    #[test]
    fn the_codes_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of its eight digits.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().verify(code, time, None), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn a_code_works_one_step_early_or_late_and_no_more() {
        let (time, code) = (1_234_567_890, "005924");
        let verify = |offset: i64| secret().verify(code, time + offset, None);
        assert_eq!(verify(-30), Some(time / 30));
        assert_eq!(verify(30), Some(time / 30));
        assert_eq!(verify(-60), None);
        assert_eq!(verify(60), None);
        assert_eq!(secret().verify("287082", 0, None), Some(1), "no step before the first");
        assert_eq!(secret().verify("287082", i64::MAX, None), None);
        assert_eq!(secret().verify("287082", i64::MIN, None), None);
    }

    #[test]
    fn a_code_works_once_and_older_ones_never_again() {
        let (time, code) = (1_234_567_890, "005924");
        let step = secret().verify(code, time, None).expect("right");
        assert_eq!(secret().verify(code, time, Some(step)), None);
        assert_eq!(secret().verify(code, time + 30, Some(step)), None);
        assert_eq!(secret().verify(code, time, Some(step + 1)), None);
        assert_eq!(secret().verify(code, time, Some(step - 1)), Some(step));
    }

    #[test]
    fn codes_may_be_typed_with_spaces_and_nothing_else() {
        let time = 1_234_567_890;
        assert!(secret().verify(" 005 924 ", time, None).is_some());
        for code in ["5924", "0059240", "", "00592x", "٠٠٥٩٢٤", "005925"] {
            assert_eq!(secret().verify(code, time, None), None, "{code}");
        }
    }

    #[test]
    fn the_address_names_setting_and_account() {
        let uri = secret().uri("Acorn House: Leeds", "priya@acorn.example").expect("an address");
        assert!(
            uri.starts_with("otpauth://totp/Stairgate%20Acorn%20House%20%20Leeds:priya%40acorn.example?"),
            "{}",
            *uri
        );
        assert!(uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{}", *uri);
        assert_eq!(secret().words().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(format!("{:?}", secret()), "TotpSecret(..)");
    }

    #[test]
    fn secrets_come_back_from_their_bytes() {
        let secret = TotpSecret::generate().expect("randomness");
        let again = TotpSecret::from_bytes(secret.as_bytes()).expect("20 bytes");
        assert_eq!(again.as_bytes(), secret.as_bytes());
        assert_ne!(secret.as_bytes(), TotpSecret::generate().expect("randomness").as_bytes());
        assert!(TotpSecret::from_bytes(&[0; 19]).is_none());
    }

    #[test]
    fn ten_recovery_codes_that_can_be_read_aloud() {
        let codes = recovery_codes().expect("randomness");
        assert_eq!(codes.iter().map(|code| code.to_string()).collect::<HashSet<_>>().len(), RECOVERY_CODES);
        for code in codes {
            let (left, right) = code.split_once('-').expect("a dash");
            assert!(left.len() == 4 && right.len() == 4, "{}", *code);
            assert!(!code.contains(['i', 'l', 'o', '0', '1', '5', '8', 'a', 'e', 'u']), "{}", *code);
        }
    }

    #[test]
    fn a_recovery_code_is_found_however_it_is_typed() {
        let key = [9; 32];
        let codes = recovery_codes().expect("randomness");
        let kept: Vec<_> = codes.iter().map(|code| recovery_digest(&key, "account-1", code)).collect();
        for (index, code) in codes.iter().enumerate() {
            let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
            assert_eq!(find_recovery_code(&key, "account-1", &typed, &kept), Some(index));
            assert_eq!(find_recovery_code(&key, "account-2", code, &kept), None);
            assert_eq!(find_recovery_code(&[8; 32], "account-1", code, &kept), None);
        }
        assert_eq!(find_recovery_code(&key, "account-1", "", &kept), None);
        assert_eq!(find_recovery_code(&key, "account-1", &codes[0][..8], &kept), None);
    }
}
