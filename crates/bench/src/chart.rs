//! The chart: for each case with a floor, a bar a tool.

use std::fmt::Write;

use crate::case::Outcome;
use crate::sample::{Sample, figure};

const WIDTH: f64 = 720.0;
const NAMES: f64 = 90.0;
/// Where the longest bar ends, so that its figure fits behind it.
const BARS: f64 = WIDTH - NAMES - 60.0;
const BAR: f64 = 16.0;
const STEP: f64 = 20.0;
const TITLE: f64 = 34.0;

/// CPU seconds for each GiB moved, as SVG. Bars are to scale within one case.
pub(crate) fn draw(outcomes: &[Outcome]) -> String {
    let shown: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.has("floor"))
        .collect();
    let mut body = String::new();
    let mut y = 8.0;
    for outcome in shown {
        y += TITLE;
        let title = outcome.case.title();
        let _ = writeln!(
            body,
            r#"<text x="0" y="{:.0}" class="title">{title}</text>"#,
            y - 10.0
        );
        y = bars(&mut body, outcome, y);
    }
    let height = y + 8.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>CPU seconds for each GiB moved: less is better</title>\n\
         <style>\n\
         text {{ font: 12px sans-serif; fill: #444 }}\n\
         .title {{ font-weight: bold }}\n\
         .floor {{ fill: #b8b8b8 }} .ossum {{ fill: #d9480f }} .peer {{ fill: #6c8ebf }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #ccc }} }}\n\
         </style>\n{body}</svg>\n"
    )
}

fn bars(body: &mut String, outcome: &Outcome, top: f64) -> f64 {
    let gib = figure(outcome.bytes) / figure(1 << 30);
    let costs: Vec<(&str, f64)> = outcome
        .samples
        .iter()
        .map(|(name, samples)| (name.as_str(), outcome.counts.of(samples, Sample::cpu) / gib))
        .collect();
    let longest = costs
        .iter()
        .map(|(_, cost)| *cost)
        .fold(f64::MIN_POSITIVE, f64::max);
    let mut y = top;
    for (name, cost) in costs {
        let class = match name {
            "floor" | "ossum" => name,
            _ => "peer",
        };
        let (width, text) = (BARS * cost / longest, y + BAR - 4.0);
        let _ = writeln!(
            body,
            "<text x=\"0\" y=\"{text:.0}\">{name}</text>\
             <rect x=\"{NAMES}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{BAR}\" class=\"{class}\"/>\
             <text x=\"{:.1}\" y=\"{text:.0}\">{cost:.2}</text>",
            NAMES + width + 6.0
        );
        y += STEP;
    }
    y
}
