//! What a line that people read may hold.

/// Whether a character is not seen and changes how the rest is seen: controls, marks of direction, zero width,
/// line breaks. In a name they let one person look like another (Unicode TR 36, 2.5). Joiners are none of them:
/// words of Hindi need them.
///
/// ```
/// use crcore::text::is_hidden;
///
/// assert!("Asha\u{202e}bank.example".contains(is_hidden));
/// assert!(!"आशा क्\u{200d}षेत्र".contains(is_hidden));
/// ```
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
