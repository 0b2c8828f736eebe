use proptest::prelude::*;

use super::*;

#[test]
fn one_host_has_many_spellings() {
    for (written, normal) in [
        ("EXAMPLE.org.", "example.org"),
        ("%65xample.org", "example.org"),
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::ffff:127.0.0.1]", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("b\u{fc}cher.example", "xn--bcher-kva.example"),
        ("\u{ff45}xample.org", "example.org"),
    ] {
        assert_eq!(normal_host(written).as_deref(), Some(normal), "{written}");
    }
    for none in ["", "a b", "exa mple.org", "a/b", "[::g]", "256.256.256.256"] {
        assert_eq!(normal_host(none), None, "{none}");
    }
}

#[test]
fn the_machine_itself_and_its_neighbours() {
    for host in [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "127.0.0.53",
        "0",
        "0.0.0.0",
        "0x7f.1",
        "[::]",
        "[::ffff:7f00:1]",
    ] {
        assert_eq!(reach(host), Reach::Loopback, "{host}");
    }
    for host in [
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "[::ffff:169.254.169.254]",
        "metadata.google.internal",
        "[fd00:ec2::254]",
    ] {
        assert_eq!(reach(host), Reach::Metadata, "{host}");
    }
    for host in [
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "100.64.0.1",
        "db",
        "nas.local",
        "fd12::1",
    ] {
        assert_eq!(reach(host), Reach::Private, "{host}");
    }
    for host in [
        "192.0.2.1",
        "example.org",
        "notlocalhost",
        "localhost.example",
        "[2001:db8::1]",
    ] {
        let expected = if host.contains(['.', ':']) {
            Reach::Public
        } else {
            Reach::Private
        };
        assert_eq!(reach(host), expected, "{host}");
    }
}

#[test]
fn owners_own_their_names_and_no_others() {
    let owners = owners::load().unwrap();
    for expected in &owners {
        for host in &expected.hosts {
            for name in [host.clone(), format!("a.b.{host}"), host.to_uppercase() + "."] {
                assert_eq!(
                    owner(&name).map(|owner| &owner.name),
                    Some(&expected.name),
                    "{name}"
                );
            }
        }
        for name in expected.look_alikes() {
            assert!(
                owner(name).is_none_or(|owner| owner.name != expected.name),
                "{name}"
            );
        }
    }
}

proptest! {
    #[test]
    fn a_normal_host_stays_as_it_is(host in "[a-zA-Z0-9.%:\\[\\]x\u{e9}\u{ff0e}-]{0,20}") {
        if let Some(normal) = normal_host(&host) {
            prop_assert_eq!(normal_host(&normal), Some(normal.clone()));
            prop_assert_eq!(reach(&host), reach(&normal));
            prop_assert_eq!(owner(&host).map(|o| &o.name), owner(&normal).map(|o| &o.name));
        }
    }
}

#[test]
fn a_number_with_odd_dots_behind_is_the_same_address() {
    assert_eq!(normal_host("0.\u{ff0e}").as_deref(), Some("0.0.0.0"));
    assert_eq!(
        normal_host("host.example.\u{ff0e}").as_deref(),
        Some("host.example")
    );
}
