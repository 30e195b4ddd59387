//! Text, and what is written as text and is none.

use super::{Class, Kind};

const PLAIN: Kind = Kind::new("text/plain", "txt", Class::Text);
const SCRIPT: Kind = Kind::new("text/x-shellscript", "sh", Class::Other);
const HTML: Kind = Kind::new("text/html", "html", Class::Other);
const SVG: Kind = Kind::new("image/svg+xml", "svg", Class::Other);
const XML: Kind = Kind::new("application/xml", "xml", Class::Other);

/// How much of a file that begins like markup is read to say which: enough for what stands before the
/// first element.
const PROLOGUE: usize = 4096;

/// What a file is that is valid UTF-8 throughout.
pub(super) fn sniff(bytes: &[u8]) -> Option<Kind> {
    // The bytes that the WHATWG's MIME Sniffing Standard (3) calls binary.
    let is_binary = |b: &u8| matches!(b, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    if bytes.is_empty() || bytes.iter().any(is_binary) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("#!") {
        return Some(SCRIPT);
    }
    let mut first = text.chars();
    let is_markup = first.next() == Some('<')
        && first
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || "!?/%".contains(c));
    Some(if is_markup { markup(text) } else { PLAIN })
}

fn markup(text: &str) -> Kind {
    let end = text.floor_char_boundary(PROLOGUE);
    let prologue = text[..end].to_ascii_lowercase();
    if prologue.contains("<svg") || prologue.contains(":svg") {
        SVG
    } else if prologue.starts_with("<?xml") && !prologue.contains("<html") {
        XML
    } else {
        HTML
    }
}
