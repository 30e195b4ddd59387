//! Addresses within the desk.

/// Writes `text` for a query (RFC 3986, 2.1).
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// A place of this site to go back to; home where it is not one. Never an address of somebody else's.
pub(crate) fn local(wanted: Option<&str>) -> &str {
    wanted
        .filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .filter(|path| !path.contains(|c: char| c == '\\' || c.is_control()) && path.len() <= 2_000)
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_a_stranger() {
        assert_eq!(local(Some("/cases?open=1")), "/cases?open=1");
        for strange in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "/a\nb",
            "/a\u{1}b",
        ] {
            assert_eq!(local(Some(strange)), "/", "{strange}");
        }
        assert_eq!(encode("/a?b=c d"), "/a%3Fb%3Dc%20d");
    }
}
