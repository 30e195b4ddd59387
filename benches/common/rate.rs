//! How often something is done.

use std::time::Instant;

/// How many a second, `call` doing one at a time, for so many seconds.
pub(crate) fn rate(seconds: f64, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed().as_secs_f64() < seconds {
        call();
        done += 1;
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}
