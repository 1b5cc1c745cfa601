//! Where the score stands on the page.

const BEGIN: &str = "<!-- score -->\n\n";
const END: &str = "\n\n<!-- end of score -->\n";

/// The score of a page: what stands between the marks; nothing if there are none.
pub(super) fn of(page: &str) -> String {
    let from = page.split_once(BEGIN).map(|(_, from)| from);
    let score = from.and_then(|from| from.split_once(END));
    score.map_or_else(String::new, |(score, _)| score.to_owned())
}

/// It again, with the marks around it.
pub(super) fn marked(score: &str) -> String {
    format!("{BEGIN}{score}{END}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_marks_stays() {
        let page = |score| format!("before\n\n{}\nafter\n", marked(score));
        for score in ["", "| F1 |\n| F2 |"] {
            assert_eq!(of(&page(score)), score);
        }
        assert_eq!(of("a page without a score"), "");
    }
}
