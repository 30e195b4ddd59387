//! Documents that are archives of parts: which, by the names in the archive's own table of contents (PKWARE
//! APPNOTE, 4.3.12). Nothing is unpacked.

use super::{Class, Kind};

/// The most parts: a workbook of hundreds of sheets with pictures has a few thousand.
const PARTS_MAX: usize = 10_000;
/// The most that the parts may be once unpacked, in bytes: ten times the largest file that is taken.
const UNPACKED_MAX: u64 = 250 * 1024 * 1024;

const ZIP: Kind = Kind::new("application/zip", "zip", Class::Other);
const DOCX: Kind = Kind::new(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx",
    Class::Document,
);
const XLSX: Kind = Kind::new(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    Class::Document,
);
const PPTX: Kind = Kind::new(
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pptx",
    Class::Document,
);
const ODT: Kind = Kind::new(
    "application/vnd.oasis.opendocument.text",
    "odt",
    Class::Document,
);
const ODS: Kind = Kind::new(
    "application/vnd.oasis.opendocument.spreadsheet",
    "ods",
    Class::Document,
);
/// With macros, whatever it is besides.
const MACROS: Kind = Kind::new(
    "application/vnd.ms-office.macroEnabled",
    "zip",
    Class::Other,
);

/// A part of a document that says what the document is.
const MAIN_PARTS: [(&str, Kind); 3] = [
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
];

/// What an OpenDocument file begins with: its type as a part of its own, first and not packed
/// (OpenDocument 1.3, part 2, 3.3).
const OPEN_DOCUMENTS: [Kind; 2] = [ODT, ODS];

pub(super) fn sniff(bytes: &[u8]) -> Kind {
    let Some(contents) = Contents::read(bytes) else {
        return ZIP;
    };
    if contents.has_macros {
        return MACROS;
    }
    if contents.has("[Content_Types].xml")
        && let Some((_, kind)) = MAIN_PARTS.iter().find(|(part, _)| contents.has(part))
    {
        return *kind;
    }
    let first = bytes.get(38..).unwrap_or_default();
    let is_open = bytes.get(30..38) == Some(b"mimetype") && contents.has("content.xml");
    let open = OPEN_DOCUMENTS.into_iter().filter(|_| is_open);
    let mut open = open.filter(|kind| {
        let rest = first.strip_prefix(kind.media_type.as_bytes());
        // Another part follows, and not the rest of a longer type.
        rest.is_some_and(|rest| rest.starts_with(b"PK"))
    });
    open.next().unwrap_or(ZIP)
}

/// Whether a document unpacks to more than anybody should have to.
pub(super) fn is_too_large(bytes: &[u8]) -> bool {
    Contents::read(bytes).is_some_and(|c| c.unpacked > UNPACKED_MAX || c.names.len() > PARTS_MAX)
}

/// What an archive says that it holds.
struct Contents<'a> {
    names: Vec<&'a [u8]>,
    unpacked: u64,
    has_macros: bool,
}

impl<'a> Contents<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let end = end_record(bytes)?;
        let count = usize::from(u16_at(end, 10)?);
        let start = usize::try_from(u32_at(end, 16)?).ok()?;
        let mut rest = bytes.get(start..)?;
        let mut contents = Self {
            names: Vec::new(),
            unpacked: 0,
            has_macros: false,
        };
        for _ in 0..count {
            if !rest.starts_with(b"PK\x01\x02") {
                return None;
            }
            let name_length = usize::from(u16_at(rest, 28)?);
            let others = usize::from(u16_at(rest, 30)?) + usize::from(u16_at(rest, 32)?);
            let name = rest.get(46..46 + name_length)?;
            contents.unpacked += u64::from(u32_at(rest, 24)?);
            contents.has_macros |= is_macro(name);
            contents.names.push(name);
            rest = rest.get(46 + name_length + others..)?;
        }
        Some(contents)
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&name.as_bytes())
    }
}

/// Where Office and OpenDocument keep programs.
fn is_macro(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    name.ends_with("vbaproject.bin")
        || name.starts_with("basic/")
        || name.starts_with("scripts/")
        || name.contains("/macrosheets/")
        || name.contains("/activex/")
}

/// The last record: 22 bytes and a comment of at most 65,535.
fn end_record(bytes: &[u8]) -> Option<&[u8]> {
    let from = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let tail = bytes.get(from..)?;
    let at = tail
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")?;
    let end = tail.get(at..)?;
    (end.len() == 22 + usize::from(u16_at(end, 20)?)).then_some(end)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let found = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(found.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let found = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(found.try_into().ok()?))
}
