use jiff::Timestamp;
use proptest::prelude::*;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use super::NAMESPACE;
use super::format::{Pin, PinnedEntry, PinnedIndex, entry_file};
use super::signers::{Revoked, Signers};
use crate::model::closure::{EntryClass, EntryId};

fn key(seed: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "").expect("a key")
}

fn line(options: &str, seed: u8) -> String {
    let public = key(seed).public_key().to_openssh().expect("a public key");
    format!("lead@team.example,*@ops.example {options}{public} a comment\n")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn may(text: &str, seed: u8, principal: &str) -> Result<(), String> {
    let (signers, bad) = Signers::parse(text);
    assert!(bad.is_empty(), "{bad:?}");
    signers.may_sign(
        key(seed).public_key().key_data(),
        principal,
        NAMESPACE,
        at("2026-06-15T12:00:00Z"),
    )
}

#[test]
fn allowed_signers_are_read_as_openssh_reads_them() {
    assert_eq!(may(&line("", 1), 1, "lead@team.example"), Ok(()));
    assert_eq!(may(&line("", 1), 1, "anna@ops.example"), Ok(()));
    assert!(may(&line("", 1), 1, "anna@team.example").is_err());
    assert!(may(&line("", 1), 2, "lead@team.example").is_err());
    assert_eq!(
        may(
            &line("namespaces=\"git,claude-guard-*\" ", 1),
            1,
            "lead@team.example"
        ),
        Ok(())
    );
    assert!(may(&line("namespaces=\"git\" ", 1), 1, "lead@team.example").is_err());
    assert!(
        may(
            &line("namespaces=\"*,!claude-guard-pin\" ", 1),
            1,
            "lead@team.example"
        )
        .is_err()
    );
    let valid = "valid-after=\"20260101Z\",valid-before=\"202612312359Z\" ";
    assert_eq!(may(&line(valid, 1), 1, "lead@team.example"), Ok(()));
    assert!(may(&line("valid-before=\"20260101Z\" ", 1), 1, "lead@team.example").is_err());
    assert!(may(&line("valid-after=\"20260701Z\" ", 1), 1, "lead@team.example").is_err());
    // One line does not lend its time to another's name.
    let two = line("valid-before=\"20260101Z\" ", 1) + &line("", 2);
    assert!(may(&two, 1, "lead@team.example").is_err());
}

#[test]
fn a_line_that_cannot_be_used_allows_nobody_and_is_told() {
    for bad in [
        line("cert-authority ", 1),
        line("valid-after=\"soon\" ", 1),
        line("valid-after=\"20261301Z\" ", 1),
        line("from=\"host.example\" ", 1),
        "lead@team.example ssh-ed25519 notbase64\n".to_owned(),
        "lead@team.example\n".to_owned(),
    ] {
        let (signers, told) = Signers::parse(&format!("# who\n\n{bad}"));
        assert!(signers.is_empty(), "{bad}");
        assert_eq!(told.iter().map(|bad| bad.line).collect::<Vec<_>>(), [3], "{bad}");
    }
}

#[test]
fn a_revocation_that_cannot_be_read_is_an_error() {
    assert!(Revoked::parse("[[key]]\nfingerprint = \"SHA256:x\"\n").is_err());
    assert!(Revoked::parse("[[keys]]\n").is_err());
    assert!(Revoked::parse("").is_ok());
}

fn pin(id: &str, digest: &str, serial: u64, repository: &str) -> Pin {
    Pin {
        version: 1,
        repository: repository.to_owned(),
        serial,
        signed: at("2026-06-15T12:00:00Z"),
        entry: Some(PinnedEntry {
            id: EntryId::new([id]),
            class: EntryClass::Runs,
            digest: digest.to_owned(),
        }),
        index: None,
        signature: None,
    }
}

proptest! {
    #[test]
    fn what_is_signed_is_another_text_for_another_pin(
        one in ("\\PC{0,12}", "\\PC{0,12}", 0_u64..3, "\\PC{0,12}"),
        two in ("\\PC{0,12}", "\\PC{0,12}", 0_u64..3, "\\PC{0,12}"),
    ) {
        let (a, b) = (pin(&one.0, &one.1, one.2, &one.3), pin(&two.0, &two.1, two.2, &two.3));
        prop_assert_eq!(a.message() == b.message(), a == b);
    }

    #[test]
    fn a_file_says_what_was_written(id in "\\PC{0,20}", digest in any::<String>(), serial in 0..(1_u64 << 62)) {
        let pin = pin(&id, &digest, serial, "git.example/a/b");
        let text = pin.to_toml().expect("a text");
        prop_assert_eq!(Pin::parse(text.as_bytes()), Ok(pin));
    }

    #[test]
    fn any_bytes_are_a_pin_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Pin::parse(&bytes);
    }

    #[test]
    fn files_of_pins_are_plain_names(id in any::<String>(), other in any::<String>()) {
        let name = entry_file(&id);
        prop_assert!(name.len() < 120 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{name}");
        prop_assert!(!name.starts_with('.'));
        prop_assert_eq!(name == entry_file(&other), id == other);
    }
}

#[test]
fn an_index_and_an_entry_never_share_what_is_signed() {
    let index = Pin {
        entry: None,
        index: Some(PinnedIndex {
            ids: vec![EntryId::new(["a"])],
            replaces: vec!["b".into()],
        }),
        ..pin("x", "y", 1, "r")
    };
    let moved = Pin {
        index: Some(PinnedIndex {
            ids: vec![EntryId::new(["a"]), EntryId::new(["b"])],
            replaces: vec![],
        }),
        ..index.clone()
    };
    assert_ne!(index.message(), moved.message());
    let signature = key(1)
        .sign(NAMESPACE, ssh_key::HashAlg::Sha512, &index.message())
        .expect("a signature");
    assert!(signature.to_pem(LineEnding::LF).is_ok());
    assert!(
        key(1)
            .public_key()
            .verify(NAMESPACE, &index.message(), &signature)
            .is_ok()
    );
    assert!(
        key(1)
            .public_key()
            .verify(NAMESPACE, &moved.message(), &signature)
            .is_err()
    );
    assert!(
        key(1)
            .public_key()
            .verify("git", &index.message(), &signature)
            .is_err()
    );
}
