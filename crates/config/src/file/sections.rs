//! Text in sections, as ossutil has it: `[section]`, `name=value`, and comments.

/// A line that says something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Section(&'a str),
    Value(&'a str, &'a str),
}

/// The lines of `text`; `Err` is the number of one that is none of these. Its text is not told, as
/// it may be a secret.
pub(super) fn lines(text: &str) -> Result<Vec<Line<'_>>, usize> {
    let numbered = text.lines().map(str::trim).zip(1..);
    let telling = numbered.filter(|(line, _)| !line.is_empty() && !line.starts_with(['#', ';']));
    telling
        .map(|(line, number)| read(line).ok_or(number))
        .collect()
}

fn read(line: &str) -> Option<Line<'_>> {
    if let Some(rest) = line.strip_prefix('[') {
        return rest
            .strip_suffix(']')
            .map(|name| Line::Section(name.trim()));
    }
    let (name, value) = line.split_once('=')?;
    Some(Line::Value(name.trim(), unquoted(value.trim())))
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

/// A name as it is compared: `access_key-ID` is `accesskeyid`.
pub(super) fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_values_and_comments_are_told_apart() {
        let text = "# c\n; c\n\n [ A b ] \r\n x = 1=2 \ny=\nz='q'\n";
        assert_eq!(
            lines(text).unwrap(),
            [
                Line::Section("A b"),
                Line::Value("x", "1=2"),
                Line::Value("y", ""),
                Line::Value("z", "q"),
            ]
        );
        assert_eq!(lines("[a]\nhunter2\n"), Err(2));
        assert_eq!(lines("[a\n"), Err(1));
        assert_eq!(plain("Access_Key-ID"), "accesskeyid");
    }
}
