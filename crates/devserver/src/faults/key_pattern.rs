use serde::{Deserialize, Deserializer};

/// Keys that look like this: `*` stands for any characters, `?` for one, `\*` for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyPattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    This(char),
    One,
    Any,
}

impl KeyPattern {
    pub(super) fn new(pattern: &str) -> Self {
        let mut pieces = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '*' => Piece::Any,
                '?' => Piece::One,
                // A backslash at the end has nothing to quote but itself.
                '\\' => Piece::This(chars.next().unwrap_or('\\')),
                c => Piece::This(c),
            });
        }
        Self(pieces)
    }

    /// Whether `key` looks like it, in time of at most their lengths' product.
    pub(super) fn matches(&self, key: &str) -> bool {
        let key: Vec<char> = key.chars().collect();
        let (mut at, mut in_key) = (0, 0);
        // The last `*` passed, and how much of the key it has taken.
        let mut star: Option<(usize, usize)> = None;
        while in_key < key.len() {
            match self.0.get(at) {
                Some(Piece::Any) => {
                    star = Some((at, in_key));
                    at += 1;
                }
                Some(piece) if piece.takes(key[in_key]) => {
                    at += 1;
                    in_key += 1;
                }
                _ => {
                    let Some((star_at, taken)) = star else {
                        return false;
                    };
                    // It must take one more.
                    star = Some((star_at, taken + 1));
                    (at, in_key) = (star_at + 1, taken + 1);
                }
            }
        }
        self.0[at..].iter().all(|piece| *piece == Piece::Any)
    }
}

impl Piece {
    fn takes(self, c: char) -> bool {
        match self {
            Self::This(this) => this == c,
            Self::One => true,
            Self::Any => false,
        }
    }
}

impl<'de> Deserialize<'de> for KeyPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|pattern| Self::new(&pattern))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_question_marks_and_quoted_ones_mean_what_they_say() {
        let matches = |pattern: &str, key: &str| KeyPattern::new(pattern).matches(key);
        assert!(matches("a/b", "a/b") && !matches("a/b", "a/bc"));
        assert!(matches("logs/*", "logs/") && matches("logs/*", "logs/a/b"));
        assert!(matches("*.tar", "a.tar") && !matches("*.tar", "a.tar.gz"));
        assert!(matches("a*b*c", "a-b-b-c") && !matches("a*b*c", "acb"));
        assert!(matches("?é?", "aéz") && !matches("?", ""));
        assert!(matches(r"\*", "*") && !matches(r"\*", "a"));
        assert!(matches("*", "") && matches("", "") && !matches("", "a"));
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_definition(pattern in "[ab*?]{0,7}", key in "[ab]{0,8}") {
            fn defined(pattern: &[u8], key: &[u8]) -> bool {
                match (pattern.first(), key.first()) {
                    (None, None) => true,
                    (Some(b'*'), _) => {
                        defined(&pattern[1..], key)
                            || (!key.is_empty() && defined(pattern, &key[1..]))
                    }
                    (Some(b'?'), Some(_)) => defined(&pattern[1..], &key[1..]),
                    (Some(p), Some(k)) if p == k => defined(&pattern[1..], &key[1..]),
                    _ => false,
                }
            }
            let found = KeyPattern::new(&pattern).matches(&key);
            prop_assert_eq!(found, defined(pattern.as_bytes(), key.as_bytes()));
        }
    }
}
