//! What changed from one text to another, line by line.

/// How many lines stand around a change.
const AROUND: usize = 3;
/// The largest table of common lines: two texts of some two thousand lines that differ all over. Beyond
/// it everything between the first difference and the last is shown as changed.
const CELLS_MAX: usize = 4_000_000;

/// A line of both, of the first, or of the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    Come(&'a str),
}

/// The lines that changed, each after `-` or `+`, with some around them; empty where nothing changed.
pub(super) fn diff(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let lines = compared(&before, &after);
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Same(_)))
        .map(|(nth, _)| nth)
        .collect();
    let near = |nth: usize| {
        let at = changed.partition_point(|&change| change + AROUND < nth);
        changed
            .get(at)
            .is_some_and(|&change| change <= nth + AROUND)
    };
    let mut text = String::new();
    let mut skipped = false;
    for (nth, line) in lines.iter().enumerate() {
        if !near(nth) {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text += "…\n";
        }
        let (mark, line) = match line {
            Line::Same(line) => (' ', line),
            Line::Gone(line) => ('-', line),
            Line::Come(line) => ('+', line),
        };
        text.push(mark);
        text += line;
        text.push('\n');
    }
    text
}

fn compared<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = before.iter().zip(after).take_while(same).count();
    let (b, a) = (&before[head..], &after[head..]);
    let tail = b.iter().rev().zip(a.iter().rev()).take_while(same).count();
    let (b, a) = (&b[..b.len() - tail], &a[..a.len() - tail]);
    let mut lines: Vec<Line<'a>> = before[..head].iter().map(|l| Line::Same(l)).collect();
    if b.len().saturating_mul(a.len()) > CELLS_MAX {
        lines.extend(b.iter().map(|line| Line::Gone(line)));
        lines.extend(a.iter().map(|line| Line::Come(line)));
    } else {
        lines.extend(aligned(b, a));
    }
    lines.extend(before[before.len() - tail..].iter().map(|l| Line::Same(l)));
    lines
}

/// Along a longest common run of lines.
fn aligned<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let wide = after.len() + 1;
    let mut common = vec![0_u32; (before.len() + 1) * wide];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            common[i * wide + j] = if before[i] == after[j] {
                common[(i + 1) * wide + j + 1] + 1
            } else {
                common[(i + 1) * wide + j].max(common[i * wide + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            lines.push(Line::Same(before[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == after.len()
            || i < before.len() && common[(i + 1) * wide + j] >= common[i * wide + j + 1]
        {
            lines.push(Line::Gone(before[i]));
            i += 1;
        } else {
            lines.push(Line::Come(after[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn only_what_changed_is_told() {
        assert_eq!(diff("a\nb\nc", "a\nb\nc"), "");
        assert_eq!(diff("a\nb\nc", "a\nx\nc"), " a\n-b\n+x\n c\n");
        let long: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let mut other = long.clone();
        other[10] = "ten".into();
        let told = diff(&long.join("\n"), &other.join("\n"));
        assert_eq!(told, "…\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n");
        assert_eq!(diff("", "a"), "+a\n");
    }
}
