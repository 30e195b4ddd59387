//! Pictures, and how large they are once somebody looks at them.

use super::{Class, Kind};

/// The longest side, in points: what browsers show at all.
const SIDE_MAX: u32 = 20_000;
/// The most points: of the largest cameras, most cut theirs down to less. At 4 bytes each, 600 MB.
const POINTS_MAX: u64 = 150_000_000;

const PNG: Kind = Kind::new("image/png", "png", Class::Image);
const JPEG: Kind = Kind::new("image/jpeg", "jpg", Class::Image);
const GIF: Kind = Kind::new("image/gif", "gif", Class::Image);
const WEBP: Kind = Kind::new("image/webp", "webp", Class::Image);

pub(super) fn sniff(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(PNG)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(JPEG)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(GIF)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(WEBP)
    } else {
        None
    }
}

/// How large a picture is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// Not a picture whose size is known here.
    NotAsked,
    /// It says no size where its format has one.
    Damaged,
    /// In points.
    Points(u32, u32),
}

impl Size {
    pub(super) fn of(kind: Kind, bytes: &[u8]) -> Self {
        let found = match kind {
            PNG => png(bytes),
            JPEG => jpeg(bytes),
            GIF => gif(bytes),
            WEBP => webp(bytes),
            _ => return Self::NotAsked,
        };
        match found {
            Some((width, height)) if width > 0 && height > 0 => Self::Points(width, height),
            _ => Self::Damaged,
        }
    }

    pub(super) fn is_too_large(&self) -> bool {
        matches!(*self, Self::Points(width, height)
            if width.max(height) > SIDE_MAX || u64::from(width) * u64::from(height) > POINTS_MAX)
    }
}

/// W3C PNG, 11.2.1: the header is the first chunk.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((big(bytes.get(16..20)?), big(bytes.get(20..24)?)))
}

/// GIF89a, 18: the logical screen.
fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    Some((little(bytes.get(6..8)?), little(bytes.get(8..10)?)))
}

/// RFC 9649, 2.5 to 2.7.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let (width, height) = (little(bytes.get(24..27)?), little(bytes.get(27..30)?));
            Some((width + 1, height + 1))
        }
        b"VP8 " => {
            let (width, height) = (little(bytes.get(26..28)?), little(bytes.get(28..30)?));
            Some((width & 0x3fff, height & 0x3fff))
        }
        b"VP8L" => {
            let bits = little(bytes.get(21..25)?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}

/// ITU-T T.81, B.2.2: the frame header, past the segments before it.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        // Any number of 0xff may stand before a marker (B.1.1.2).
        while bytes.get(at..at + 2)? == [0xff, 0xff] {
            at += 1;
        }
        let [0xff, marker] = *bytes.get(at..at + 2)? else {
            return None;
        };
        match marker {
            // Frames, less the tables that have numbers among theirs.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((
                    big(bytes.get(at + 7..at + 9)?),
                    big(bytes.get(at + 5..at + 7)?),
                ));
            }
            // Markers without a segment.
            0x01 | 0xd0..=0xd8 => at += 2,
            // The picture or its end, before any frame.
            0xd9 | 0xda => return None,
            _ => at += 2 + big(bytes.get(at + 2..at + 4)?).max(2) as usize,
        }
    }
}

fn big(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |all, b| all << 8 | u32::from(*b))
}

fn little(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |all, b| all << 8 | u32::from(*b))
}
