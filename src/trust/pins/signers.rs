//! Who may sign: the allowed signers of the person or the organisation, in the form that OpenSSH uses
//! (`ssh-keygen(1)`, "ALLOWED SIGNERS"), and what was revoked since. Neither is ever read from a repository
//! under inspection.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

/// One line of an allowed-signers file.
#[derive(Debug, Clone)]
pub struct Allowed {
    principals: Vec<String>,
    namespaces: Option<Vec<String>>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    key: KeyData,
}

/// The allowed signers.
#[derive(Debug, Clone, Default)]
pub struct Signers {
    all: Vec<Allowed>,
}

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// 1-based.
    pub line: usize,
    /// Why.
    pub reason: String,
}

impl Signers {
    /// Reads an allowed-signers file. A line that cannot be used allows nobody; it is told.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<BadLine>) {
        let (mut all, mut bad) = (vec![], vec![]);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match allowed(line) {
                Ok(one) => all.push(one),
                Err(reason) => bad.push(BadLine {
                    line: number + 1,
                    reason,
                }),
            }
        }
        (Self { all }, bad)
    }

    /// Adds those of another file.
    pub fn add(&mut self, other: Self) {
        self.all.extend(other.all);
    }

    /// Whether nobody may sign.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether `key` may sign as `principal` in `namespace` at `time`.
    ///
    /// # Errors
    /// Why it may not.
    pub fn may_sign(
        &self,
        key: &KeyData,
        principal: &str,
        namespace: &str,
        time: Timestamp,
    ) -> Result<(), String> {
        let of_key: Vec<&Allowed> = self.all.iter().filter(|one| one.key == *key).collect();
        if of_key.is_empty() {
            return Err(format!(
                "key {} is not among the allowed signers",
                key.fingerprint(HashAlg::Sha256)
            ));
        }
        let named: Vec<&&Allowed> = of_key
            .iter()
            .filter(|one| list_matches(&one.principals, principal))
            .collect();
        if named.is_empty() {
            return Err(format!("that key may not sign as `{principal}`"));
        }
        let in_space = named
            .iter()
            .filter(|one| (one.namespaces.as_ref()).is_none_or(|spaces| list_matches(spaces, namespace)));
        let mut in_space = in_space.peekable();
        if in_space.peek().is_none() {
            return Err(format!(
                "`{principal}` may not sign pins (namespaces do not hold `{namespace}`)"
            ));
        }
        let in_time = |one: &&&&Allowed| {
            one.after.is_none_or(|after| time >= after) && one.before.is_none_or(|before| time < before)
        };
        if in_space.any(|one| in_time(&one)) {
            return Ok(());
        }
        Err(format!("the key of `{principal}` is not valid at {time}"))
    }
}

fn allowed(line: &str) -> Result<Allowed, String> {
    let (principals, rest) = field(line);
    let principals: Vec<String> = principals
        .trim_matches('"')
        .split(',')
        .map(str::to_owned)
        .collect();
    if principals.iter().all(String::is_empty) {
        return Err("no principal".into());
    }
    let mut one = Allowed {
        principals,
        namespaces: None,
        after: None,
        before: None,
        // Replaced below; there is no empty key.
        key: KeyData::Ed25519(ssh_key::public::Ed25519PublicKey([0; 32])),
    };
    let mut rest = rest.trim_start();
    let (next, after) = field(rest);
    if next.parse::<ssh_key::Algorithm>().is_err() {
        for option in options(next) {
            one.option(&option)?;
        }
        rest = after.trim_start();
    }
    let key = PublicKey::from_openssh(rest).map_err(|error| format!("the key cannot be read: {error}"))?;
    one.key = key.key_data().clone();
    Ok(one)
}

impl Allowed {
    fn option(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => self.namespaces = Some(value.split(',').map(str::to_owned).collect()),
            "valid-after" => self.after = Some(time(value)?),
            "valid-before" => self.before = Some(time(value)?),
            "cert-authority" => {
                return Err("certificates are not supported: name the signers' own keys".into());
            }
            _ => return Err(format!("option `{name}` is not known")),
        }
        Ok(())
    }
}

/// A field that ends at a blank outside quotes, and what follows it.
fn field(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// Options parted by commas outside quotes.
fn options(text: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == ','
    });
    parts.map(str::to_owned).collect()
}

/// `YYYYMMDD[HHMM[SS]]`, with `Z` in UTC, else in the time zone of the machine.
fn time(text: &str) -> Result<Timestamp, String> {
    let bad = || format!("`{text}` is no time (YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with Z for UTC)");
    let (digits, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(digits) => (digits, TimeZone::UTC),
        None => (text, TimeZone::system()),
    };
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i16>().ok());
    let small = |from: usize, to: usize| number(from, to).and_then(|n| i8::try_from(n).ok());
    let (hour, minute, second) = match digits.len() {
        8 => (Some(0), Some(0), Some(0)),
        12 => (small(8, 10), small(10, 12), Some(0)),
        14 => (small(8, 10), small(10, 12), small(12, 14)),
        _ => return Err(bad()),
    };
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) =
        (number(0, 4), small(4, 6), small(6, 8), hour, minute, second)
    else {
        return Err(bad());
    };
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| bad())?;
    zone.to_timestamp(civil).map_err(|_| bad())
}

/// A pattern list of OpenSSH: `*` and `?`, `!` before what must not match.
fn list_matches(patterns: &[String], text: &str) -> bool {
    let mut found = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(not) if matches(not, text) => return false,
            Some(_) => {}
            None => found |= matches(pattern, text),
        }
    }
    found
}

/// Whether `pattern` (`*`, `?`) covers all of `text`; linear memory, no recursion.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// What no longer counts although it was signed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// Keys.
    #[serde(default, rename = "key")]
    pub keys: Vec<RevokedKey>,
    /// Digests of entries.
    #[serde(default, rename = "digest")]
    pub digests: Vec<RevokedDigest>,
}

/// A key that is no longer believed, or only from some time on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RevokedKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// Pins that it signed earlier do not count; without this, none does.
    pub not_before: Option<Timestamp>,
    /// Why, for the report.
    pub reason: String,
}

/// One approved state that is no longer good.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedDigest {
    /// The digest of an entry.
    pub digest: String,
    /// Why, for the report.
    pub reason: String,
}

impl Revoked {
    /// Reads a revocation file.
    ///
    /// # Errors
    /// When it is not of this form: then nothing may count as approved by pins, since what it revokes is
    /// not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// Adds those of another file.
    pub fn add(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.digests.extend(other.digests);
    }

    /// Why a pin of `digest`, signed by `key` at `time`, does not count any more.
    #[must_use]
    pub fn covers(&self, key: &KeyData, digest: Option<&str>, time: Timestamp) -> Option<String> {
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let by_key = self
            .keys
            .iter()
            .find(|one| one.fingerprint == fingerprint && one.not_before.is_none_or(|limit| time < limit));
        if let Some(key) = by_key {
            return Some(format!("its key is revoked: {}", key.reason));
        }
        let by_digest = self
            .digests
            .iter()
            .find(|one| Some(one.digest.as_str()) == digest);
        by_digest.map(|one| format!("this state is revoked: {}", one.reason))
    }
}
