//! What a file is, by its content; what is accepted; and names that do no harm.

#![cfg(feature = "media")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test may fail it"
)]

use crcore_adapters::media::{Allowed, Class, Kind, Refusal, file_name, sniff};
use proptest::prelude::*;

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const OPEN: &str = "application/vnd.oasis.opendocument.text";

fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(),
        &size,
        b"\x08\x06\0\0\0",
    ]
    .concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    // JFIF, a table, a fill byte, then a progressive frame.
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    bytes.extend(b"\xff\xc4\0\x04\0\0\xff\xff\xc2\0\x11\x08");
    bytes.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    bytes.extend(b"\x03\x01\x22\0\xff\xda");
    bytes
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [b"GIF89a".as_slice(), &size, b"\x80\0\0;"].concat()
}

fn webp(chunk: &[u8]) -> Vec<u8> {
    [b"RIFF\x20\0\0\0WEBP".as_slice(), chunk].concat()
}

fn heic() -> Vec<u8> {
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta".to_vec()
}

/// An archive with these parts, none of them packed, each saying that it unpacks to `says`.
fn zip(parts: &[(&str, &str)], says: u32) -> Vec<u8> {
    let (mut bytes, mut table) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let offset = u32::try_from(bytes.len()).unwrap();
        let length = u32::try_from(content.len()).unwrap();
        let sizes = [length.to_le_bytes(), says.to_le_bytes()].concat();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        bytes.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0");
        bytes.extend([&sizes, name_length.as_slice(), b"\0\0", name.as_bytes()].concat());
        bytes.extend(content.as_bytes());
        table.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0");
        table.extend([&sizes, name_length.as_slice(), &[0; 12]].concat());
        table.extend(offset.to_le_bytes());
        table.extend(name.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count,
        &count,
        &u32::try_from(table.len()).unwrap().to_le_bytes(),
        &u32::try_from(bytes.len()).unwrap().to_le_bytes(),
        b"\0\0",
    ];
    [bytes, table, end.concat()].concat()
}

fn document(main: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", ""),
        (main, "<x/>"),
    ];
    zip(&parts, 100)
}

fn open_document(media_type: &str) -> Vec<u8> {
    zip(&[("mimetype", media_type), ("content.xml", "<x/>")], 100)
}

fn found(bytes: &[u8]) -> &'static str {
    Allowed::default().check(bytes).unwrap().media_type
}

fn refused(bytes: &[u8]) -> &'static str {
    match Allowed::default().check(bytes) {
        Err(Refusal::NotAccepted { found, accepted }) => {
            assert!(accepted.iter().any(|name| name == "application/pdf"));
            assert!(!accepted.iter().any(|name| name == found));
            found
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_bank_s_customers_send_is_accepted_as_what_it_is() {
    assert_eq!(found(&png(1, 1)), "image/png");
    assert_eq!(found(&jpeg(4000, 3000)), "image/jpeg");
    assert_eq!(found(&gif(10, 10)), "image/gif");
    assert_eq!(
        found(&webp(b"VP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0")),
        "image/webp"
    );
    assert_eq!(
        found(&webp(b"VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x10\0\x10\0")),
        "image/webp"
    );
    assert_eq!(
        found(&webp(b"VP8L\x0a\0\0\0\x2f\x0f\xc0\x03\0")),
        "image/webp"
    );
    assert_eq!(found(&heic()), "image/heic");
    assert_eq!(found(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "application/pdf");
    assert_eq!(found(&document("word/document.xml")), WORD);
    assert_eq!(found(&document("xl/workbook.xml")), EXCEL);
    assert_eq!(found(&open_document(OPEN)), OPEN);
    assert_eq!(
        found("date;amount\n2026-03-01;12,50\n".as_bytes()),
        "text/plain"
    );
    assert_eq!(found("\u{feff}मेरा कार्ड\r\n".as_bytes()), "text/plain");
}

#[test]
fn two_letters_do_not_make_a_picture_of_a_letter() {
    for text in [
        "BMW repair, 3 March",
        "GIF",
        "MZ",
        "II*",
        "ID3",
        "GIF89a/*",
        "< 5 euros",
        "RIFF",
    ] {
        assert_eq!(found(text.as_bytes()), "text/plain", "{text}");
    }
}

#[test]
fn what_a_browser_or_a_computer_would_run_is_refused() {
    for (bytes, kind) in [
        (
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "image/svg+xml",
        ),
        (
            "<?xml version=\"1.0\"?>\n<!-- x -->\n<svg/>",
            "image/svg+xml",
        ),
        ("\u{feff} \n<!DOCTYPE s:svg><s:svg/>", "image/svg+xml"),
        ("<!doctype html><p>", "text/html"),
        ("\t<script>alert(1)</script>", "text/html"),
        ("<p>a letter", "text/html"),
        ("<?xml version=\"1.0\"?><html xmlns='x'/>", "text/html"),
        ("<?xml version=\"1.0\"?><a/>", "application/xml"),
        ("#!/bin/sh\nrm -rf ~\n", "text/x-shellscript"),
    ] {
        assert_eq!(refused(bytes.as_bytes()), kind, "{bytes}");
    }
    assert_eq!(
        refused(b"MZ\x90\0\x03\0\0\0"),
        "application/vnd.microsoft.portable-executable"
    );
    assert_eq!(
        refused(
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0"
                .repeat(4)
                .as_slice()
        ),
        "application/x-executable"
    );
}

#[test]
fn archives_macros_and_what_nobody_knows_are_refused() {
    assert_eq!(refused(&zip(&[("a.txt", "a")], 1)), "application/zip");
    assert_eq!(
        refused(&zip(&[("word/document.xml", "")], 1)),
        "application/zip"
    );
    assert_eq!(refused(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"), "application/gzip");
    assert_eq!(
        refused(b"7z\xbc\xaf\x27\x1c\0\x04"),
        "application/x-7z-compressed"
    );
    assert_eq!(refused(b"\0\x01\x02\x03"), "application/octet-stream");
    assert_eq!(refused(b"caf\xe9"), "application/octet-stream", "not UTF-8");
    assert_eq!(
        refused(b"\xff\xfea\0b\0"),
        "application/octet-stream",
        "not UTF-8"
    );
    for part in [
        "word/vbaProject.bin",
        "WORD/VBAPROJECT.BIN",
        "word/activeX/activeX1.xml",
    ] {
        let parts = [
            ("[Content_Types].xml", ""),
            ("word/document.xml", ""),
            (part, ""),
        ];
        assert_eq!(
            refused(&zip(&parts, 1)),
            "application/vnd.ms-office.macroEnabled",
            "{part}"
        );
    }
    let parts = [
        ("mimetype", OPEN),
        ("content.xml", ""),
        ("Basic/Standard/Module1.xml", ""),
    ];
    assert_eq!(
        refused(&zip(&parts, 1)),
        "application/vnd.ms-office.macroEnabled"
    );
    // The type of a longer name is another type.
    assert_eq!(
        refused(&open_document(&format!("{OPEN}-template"))),
        "application/zip"
    );
    // A document whose table of contents is cut off.
    let whole = document("word/document.xml");
    assert_eq!(refused(&whole[..whole.len() - 1]), "application/zip");
    assert_eq!(Allowed::default().check(b""), Err(Refusal::Empty));
}

#[test]
fn a_file_has_the_size_that_its_type_may_have() {
    let picture = sniff(&png(1, 1));
    let mut bytes = png(1, 1);
    bytes.resize(15 * 1024 * 1024, 0);
    assert_eq!(found(&bytes), "image/png");
    bytes.push(0);
    let (size, max) = (bytes.len(), bytes.len() - 1);
    let too_large = Err(Refusal::TooLarge {
        kind: picture,
        size,
        max,
    });
    assert_eq!(Allowed::default().check(&bytes), too_large);

    let only = Allowed {
        types: [("image/png".to_owned(), 10_000_000)].into(),
    };
    assert_eq!(only.accept(), "image/png");
    let refusal = only.check(b"%PDF-1.7").unwrap_err().to_string();
    assert_eq!(refusal, "image/png are accepted, not application/pdf");
}

#[test]
fn a_few_bytes_that_open_to_much_are_refused() {
    let opens_to_much = |bytes: &[u8]| {
        let refusal = Allowed::default().check(bytes);
        matches!(refusal, Err(Refusal::TooLargeOpened { .. }))
    };
    assert!(opens_to_much(&png(20_001, 1)));
    assert!(opens_to_much(&png(1, u32::MAX)));
    assert!(opens_to_much(&jpeg(15_000, 15_000)));
    assert!(opens_to_much(&gif(65_535, 65_535)));
    assert!(opens_to_much(&webp(
        b"VP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff"
    )));
    assert!(!opens_to_much(&png(20_000, 7_500)));

    let parts = |says| {
        zip(
            &[("[Content_Types].xml", ""), ("word/document.xml", "")],
            says,
        )
    };
    assert!(opens_to_much(&parts(131 * 1024 * 1024)));
    assert!(!opens_to_much(&parts(125 * 1024 * 1024)));
    let names: Vec<String> = (0..10_000).map(|nth| format!("word/{nth}.xml")).collect();
    let mut many: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    many.push(("[Content_Types].xml", ""));
    many.push(("word/document.xml", ""));
    assert!(opens_to_much(&zip(&many, 1)));
}

#[test]
fn a_picture_without_a_size_is_damaged() {
    for bytes in [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png(0, 10),
        b"\xff\xd8\xff\xe0\0\x04".to_vec(),
        b"\xff\xd8\xff\xda\0\x04\0\0".to_vec(),
        jpeg(0, 0),
        webp(b"VP8Q"),
        b"GIF89a\x01\0\0\0\x80".to_vec(),
    ] {
        let refusal = Allowed::default().check(&bytes);
        assert!(
            matches!(refusal, Err(Refusal::Damaged { .. })),
            "{bytes:?}: {refusal:?}"
        );
    }
}

fn pdf() -> Kind {
    sniff(b"%PDF-1.7")
}

#[test]
fn a_hostile_name_becomes_a_plain_one() {
    for (given, expected) in [
        ("letter.pdf", "letter.pdf"),
        ("Letter.PDF", "Letter.PDF"),
        ("मेरा कार्ड.pdf", "मेरा कार्ड.pdf"),
        ("क्\u{200d}ष.pdf", "क्\u{200d}ष.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\asha\\letter.pdf", "letter.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (" . ", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        (".pdf", "pdf.pdf"),
        ("letter.pdf. . ", "letter.pdf"),
        ("letter", "letter.pdf"),
        ("letter.exe", "letter.exe.pdf"),
        ("letter.pdf.exe", "letter.pdf.exe.pdf"),
        ("letter\u{202e}fdp.exe", "letterfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("a\0b\u{7f}.pdf", "ab.pdf"),
        ("a\"; filename=\"b.pdf", "a__ filename=_b.pdf"),
        ("a%2f%2e%2e.pdf", "a_2f_2e_2e.pdf"),
        ("a\u{a0}b\u{2003}c.pdf", "a b c.pdf"),
        ("con", "_con.pdf"),
        ("COM1.pdf", "_COM1.pdf"),
        ("lpt\u{b9}.x.pdf", "_lpt\u{b9}.x.pdf"),
        ("company.pdf", "company.pdf"),
        ("\u{feff}\u{200b}\u{2066}.pdf", "pdf.pdf"),
    ] {
        assert_eq!(file_name(given, pdf()), expected, "{given:?}");
    }
    let long = file_name(&format!("{}.pdf", "x".repeat(500)), pdf());
    assert!(
        long.ends_with("xx.pdf") && long.chars().count() <= 200,
        "{long}"
    );
}

#[test]
fn an_ending_says_what_the_file_is() {
    let named = |name, bytes: &[u8]| file_name(name, sniff(bytes));
    assert_eq!(named("scan.JPEG", &jpeg(1, 1)), "scan.JPEG");
    assert_eq!(named("scan.png", &jpeg(1, 1)), "scan.png.jpg");
    assert_eq!(named("photo.heif", &heic()), "photo.heif");
    assert_eq!(named("list.csv", b"a,b"), "list.csv");
    assert_eq!(named("list.html", b"hello <script>"), "list.html.txt");
    assert_eq!(
        named("claim.docx", &document("word/document.xml")),
        "claim.docx"
    );
    assert_eq!(sniff(&document("word/document.xml")).class, Class::Document);
    assert_eq!(sniff(&png(1, 1)).class, Class::Image);
    assert_eq!(sniff(b"a").class, Class::Text);
    assert_eq!(sniff(&zip(&[("a", "")], 1)).class, Class::Other);
}

proptest! {
    #[test]
    fn any_name_becomes_one_that_an_attachment_may_have(given in "\\PC*|[\\s\\S]{0,300}|[./\\\\a-c\u{202e}]{0,20}") {
        let name = file_name(&given, pdf());
        prop_assert!((1..=200).contains(&name.chars().count()));
        prop_assert!(!name.chars().any(|c| "/\\\0\u{202e}\n".contains(c)), "{:?}", name);
        prop_assert!(!name.starts_with('.') && name.to_lowercase().ends_with(".pdf"));
        prop_assert_eq!(file_name(&name, pdf()), name);
    }

    #[test]
    fn any_bytes_are_something(
        begin in prop::sample::select(vec![
            b"".to_vec(), png(1, 1), jpeg(1, 1), gif(1, 1), webp(b"VP8X"), webp(b"VP8 "), webp(b"VP8L"),
            heic(), document("word/document.xml"), open_document(OPEN), b"<".to_vec(), b"PK\x05\x06".to_vec(),
        ]),
        cut in 0_usize..200,
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = begin;
        bytes.truncate(cut);
        bytes.extend(rest);
        if let Ok(kind) = Allowed::default().check(&bytes) {
            prop_assert_eq!(kind, sniff(&bytes));
        }
    }
}
