//! A name that does no harm.

use crcore::text::is_hidden;

use super::Kind;

/// The longest name, in characters: what an attachment's may have.
const NAME_MAX: usize = 200;

/// The name that a file is kept and offered under, of 1 to 200 characters, from the one that it came with:
/// its last part, without control characters and those that turn the direction of writing, without what
/// a file system reads as more than a name, and with the ending of what the file is. A name with another
/// ending gets that one behind its own, so that nobody's computer runs what was sent as a picture.
#[must_use]
pub fn file_name(given: &str, kind: Kind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last.chars().filter(|c| !is_hidden(*c)).map(plain).collect();
    let name = safe.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if fits(ending, kind) => (stem, ending.to_owned()),
        _ => (name, kind.extension.to_owned()),
    };
    // A dot, and what may be set before a reserved name.
    let room = NAME_MAX.saturating_sub(2 + ending.chars().count());
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    match stem {
        "" => format!("file.{ending}"),
        _ if is_reserved(stem) => format!("_{stem}.{ending}"),
        _ => format!("{stem}.{ending}"),
    }
}

/// What some file system, shell or header reads as more than a character.
fn plain(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' | ';' => '_',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn fits(ending: &str, kind: Kind) -> bool {
    let others: &[&str] = match kind.media_type {
        "image/jpeg" => &["jpeg"],
        "image/heic" => &["heif"],
        "text/plain" => &["csv", "log", "md", "text", "tsv"],
        _ => &[],
    };
    let ending = ending.to_ascii_lowercase();
    ending == kind.extension || others.contains(&ending.as_str())
}

/// The names of devices on Windows, with any ending.
fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    let first = first.to_ascii_lowercase();
    let numbered = |device: &str| {
        let number = first.strip_prefix(device);
        number.is_some_and(|n| n.chars().count() == 1 && n.chars().all(char::is_numeric))
    };
    matches!(first.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}
