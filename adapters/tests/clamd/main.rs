//! Files looked through by a real clamd with a signature of our own, and by servers that are none.

#![cfg(feature = "clamd")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test may fail it"
)]

mod fake;
mod real;

use std::time::Duration;

use crcore_adapters::{Clamd, ClamdAddress, ClamdOptions};

fn clamd(address: ClamdAddress, change: impl FnOnce(&mut ClamdOptions)) -> Clamd {
    let mut options = ClamdOptions {
        address,
        timeout: Duration::from_secs(20),
        ..ClamdOptions::default()
    };
    change(&mut options);
    Clamd::new(options)
}

#[test]
fn an_address_is_read_as_it_is_written() {
    for (text, address) in [
        (
            "tcp:localhost:3310",
            ClamdAddress::Tcp("localhost:3310".into()),
        ),
        ("tcp://[::1]:3310", ClamdAddress::Tcp("[::1]:3310".into())),
        ("unix:/run/clamd", ClamdAddress::Unix("/run/clamd".into())),
        ("/run/clamd", ClamdAddress::Unix("/run/clamd".into())),
    ] {
        assert_eq!(text.parse(), Ok(address), "{text}");
    }
    let address = ClamdAddress::Tcp("localhost:3310".into());
    assert_eq!(address.to_string().parse(), Ok(address));
}
