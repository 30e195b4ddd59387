//! The data that tests read, which is not part of the repository.

use std::fs::File;
use std::path::PathBuf;

use csv::StringRecord;
use flate2::read::GzDecoder;

/// The rows of a `.csv.gz` file in `CRCORE_DATA`, or else beside the repository in `shared/data`. None,
/// said on the terminal, where the file is not there: the test is skipped.
pub(crate) fn rows(name: &str) -> Option<impl Iterator<Item = StringRecord>> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let path = std::env::var_os("CRCORE_DATA")
        .map_or_else(beside, PathBuf::from)
        .join(name);
    match File::open(&path) {
        Ok(file) => Some(
            csv::Reader::from_reader(GzDecoder::new(file))
                .into_records()
                .map(Result::unwrap),
        ),
        Err(error) => {
            println!(
                "skipped: {} ({error}); CRCORE_DATA names its folder",
                path.display()
            );
            None
        }
    }
}
