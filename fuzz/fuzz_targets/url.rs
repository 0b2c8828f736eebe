//! A normal host is its own normal form.
#![no_main]

use claude_guard::lang::url;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|host: &str| {
    if let Some(normal) = url::normal_host(host) {
        assert_eq!(url::normal_host(&normal).as_ref(), Some(&normal));
        assert_eq!(url::reach(host), url::reach(&normal));
    }
});
