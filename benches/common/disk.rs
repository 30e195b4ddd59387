//! How long the disk takes, beside rows that wait for it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use super::common::median;

/// Microseconds that `fdatasync` takes after 4 KiB more of a file in `folder`: the median of 50.
pub(crate) fn fsync_us(folder: &Path) -> f64 {
    let path = folder.join("fsync");
    let mut file = File::create(&path).unwrap();
    let times = (0..50).map(|_| {
        file.write_all(&[7; 4096]).unwrap();
        let start = Instant::now();
        file.sync_data().unwrap();
        start.elapsed().as_secs_f64() * 1e6
    });
    let found = median(times.collect());
    std::fs::remove_file(path).unwrap();
    found
}
