//! The report that people read: one page that needs nothing else.

mod chart;

use std::fmt::Write as _;
use std::time::SystemTime;

use ossum_types::ByteSize;

use super::book::Audit;
use super::finding::{Finding, Verdict};
use crate::time::rfc3339;

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --bad: #b42318; --bar: #2f6fb3 }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff7b72; --bar: #6cb0f5 } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
p.route { margin: .25rem 0 1rem; overflow-wrap: anywhere }
.good { color: var(--good) } .bad { color: var(--bad) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
thead th { background: var(--soft) }
code { font-family: ui-monospace, monospace; font-size: .9em }
svg { width: 100%; height: auto } svg text { fill: currentColor; font: 12px system-ui, sans-serif }
table.totals { max-width: 36rem }
.note { opacity: .75 }
";

/// Writes the page.
pub(super) fn page(audit: &Audit) -> String {
    let mut page = String::new();
    let job = &audit.job;
    let route = format!("{} → {}", job.source, job.destination.url);
    let (class, headline) = headline(audit);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Migration: {headline}</title><style>{STYLE}</style></head><body>\n\
         <h1 class=\"{class}\">{headline}</h1>\n<p class=\"route\"><code>{}</code><br>audited {}</p>\n",
        escaped(&route),
        minute(audit.time),
    );
    totals(&mut page, audit);
    verdicts(&mut page, audit);
    page.push_str("<h2>Throughput</h2>\n");
    page.push_str(&chart::chart(&audit.throughput));
    failures(&mut page, audit);
    findings(&mut page, audit);
    page.push_str("</body></html>\n");
    page
}

fn headline(audit: &Audit) -> (&'static str, String) {
    match audit.count() {
        0 => (
            "good",
            format!(
                "Clean: all {} objects are there, and proven",
                grouped(audit.job.totals.objects)
            ),
        ),
        1 => ("bad", "1 finding".to_owned()),
        count => ("bad", format!("{} findings", grouped(count))),
    }
}

fn totals(page: &mut String, audit: &Audit) {
    let totals = &audit.job.totals;
    let size = |bytes| ByteSize::new(bytes).to_string();
    let shards = format!("{} of {}", audit.shards_done, audit.job.shards);
    let rows = [
        ("Objects planned", grouped(totals.objects)),
        ("Huge objects among them", grouped(totals.huge_objects)),
        (
            "Objects there and proven",
            grouped(audit.of(Verdict::Sound)),
        ),
        ("Bytes planned", size(totals.bytes)),
        ("Bytes there and proven", size(audit.sound_bytes)),
        ("Bytes moved, repetitions included", size(audit.bytes_moved)),
        ("Shards done", shards),
        ("Attempts at shards", grouped(audit.attempts)),
        ("Other objects at the destination", grouped(audit.others)),
        ("Damaged lines in ledgers", grouped(audit.damaged_lines)),
    ];
    page.push_str("<h2>Totals</h2>\n<table class=\"totals\"><tbody>\n");
    for (what, value) in rows {
        let _ = writeln!(page, "<tr><td>{what}</td><td class=\"n\">{value}</td></tr>");
    }
    page.push_str("</tbody></table>\n");
}

fn verdicts(page: &mut String, audit: &Audit) {
    if audit
        .verdicts
        .keys()
        .all(|verdict| *verdict == Verdict::Sound)
    {
        return;
    }
    page.push_str(
        "<h2>What was found</h2>\n<table><thead><tr><th>What</th><th class=\"n\">How many</th><th>What it \
         means</th></tr></thead><tbody>\n",
    );
    for (verdict, count) in &audit.verdicts {
        let (word, meaning) = (verdict.word(), verdict.meaning());
        let count = grouped(*count);
        let _ = writeln!(
            page,
            "<tr><td><code>{word}</code></td><td class=\"n\">{count}</td><td>{meaning}</td></tr>"
        );
    }
    page.push_str("</tbody></table>\n");
}

fn failures(page: &mut String, audit: &Audit) {
    page.push_str("<h2>Failures by cause</h2>\n");
    if audit.failures.is_empty() {
        page.push_str("<p>No attempt at any object failed.</p>\n");
        return;
    }
    page.push_str(
        "<p class=\"note\">Of all attempts, those that a later one made good among them.</p>\n<table><thead><tr>\
         <th>Cause</th><th class=\"n\">How often</th><th>For example</th></tr></thead><tbody>\n",
    );
    let mut causes: Vec<_> = audit.failures.iter().collect();
    causes.sort_by_key(|(_, failures)| std::cmp::Reverse(failures.lines));
    for (kind, failures) in causes {
        let _ = writeln!(
            page,
            "<tr><td><code>{}</code></td><td class=\"n\">{}</td><td>{}</td></tr>",
            escaped(kind),
            grouped(failures.lines),
            escaped(&failures.example)
        );
    }
    page.push_str("</tbody></table>\n");
}

fn findings(page: &mut String, audit: &Audit) {
    if audit.findings.is_empty() {
        return;
    }
    page.push_str("<h2>Findings</h2>\n");
    let all: u64 = audit
        .verdicts
        .iter()
        .filter(|(verdict, _)| **verdict != Verdict::Sound)
        .map(|(_, count)| count)
        .sum();
    let shown = audit.findings.len();
    if all > shown as u64 {
        let _ = writeln!(
            page,
            "<p class=\"note\">The first {shown} of {all}; all of them are in <code>report.csv</code>.</p>"
        );
    }
    page.push_str(
        "<table><thead><tr><th>What</th><th>Key</th><th class=\"n\">Shard</th><th class=\"n\">Size</th>\
         <th class=\"n\">There</th><th>Why</th></tr></thead><tbody>\n",
    );
    for finding in &audit.findings {
        row(page, finding);
    }
    page.push_str("</tbody></table>\n");
}

fn row(page: &mut String, finding: &Finding) {
    let text = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let _ = writeln!(
        page,
        "<tr><td><code>{}</code></td><td><code>{}</code></td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td>{}</td></tr>",
        finding.verdict.word(),
        escaped(&finding.key),
        text(finding.shard.map(u64::from)),
        text(finding.size),
        text(finding.size_there),
        escaped(finding.cause.as_deref().unwrap_or_default())
    );
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Text as it stands in a page, whatever a stranger has put in a key.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `2026-11-27 20:00`, in UTC.
fn minute(time: SystemTime) -> String {
    let text = rfc3339(time);
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn nothing_in_a_key_becomes_part_of_the_page() {
        assert_eq!(
            escaped("<script>'\"&\n\u{9b}"),
            "&lt;script&gt;&#39;&quot;&amp;\\n\\u{9b}"
        );
    }
}
