use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::places::Places;
use crate::sample::Sample;
use crate::server::Store;
use crate::tool::{Invocation, Tool};

/// As `ossum-bench-measure` writes it.
#[derive(Deserialize)]
struct Used {
    code: i32,
    /// The signal that ended it, or 0.
    signal: i32,
    user_us: u64,
    system_us: u64,
    rss_bytes: u64,
    elapsed_us: u64,
}

impl Used {
    fn end(&self) -> String {
        match self.signal {
            0 => format!("ended with {}", self.code),
            signal => format!("was killed by signal {signal}"),
        }
    }
}

/// As [`measure`], without what the tool needs to start: a large transfer should not be judged by it.
pub(crate) fn measure_without_start(
    places: &Places,
    store: &Store,
    tool: Tool,
    invocation: &Invocation,
) -> anyhow::Result<Sample> {
    let sample = measure(places, store, invocation, 0)?;
    let Some(start) = tool.start(places) else {
        return Ok(sample);
    };
    let start = measure(places, store, &start, 0)?;
    Ok(Sample {
        user: sample.user.saturating_sub(start.user),
        system: sample.system.saturating_sub(start.system),
        elapsed: sample.elapsed.saturating_sub(start.elapsed),
        ..sample
    })
}

/// Runs a tool once, and says what it cost; `store` is that of the server it talks to.
///
/// # Errors
/// If the tool ends with another code than `wanted`; with what it said on stderr.
pub(crate) fn measure(
    places: &Places,
    store: &Store,
    invocation: &Invocation,
    wanted: i32,
) -> anyhow::Result<Sample> {
    let result = places.scratch("used.json");
    let said = places.scratch("said");
    store.counted();
    let status = Command::new(&places.measure)
        .arg(&result)
        .args(&invocation.words)
        .env_clear()
        .envs(
            invocation
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .current_dir(places.scratch(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&said)?)
        .status()
        .context("ossum-bench-measure")?;
    if !status.success() {
        bail!("cannot run {:?}", invocation.words);
    }
    let used: Used = serde_json::from_slice(&fs::read(&result)?)?;
    if used.code != wanted {
        bail!(
            "{:?} {} instead of {wanted}:\n{}",
            invocation.words,
            used.end(),
            tail(&said)
        );
    }
    let counted = store.counted();
    Ok(Sample {
        user: Duration::from_micros(used.user_us),
        system: Duration::from_micros(used.system_us),
        rss_bytes: used.rss_bytes,
        elapsed: Duration::from_micros(used.elapsed_us),
        requests: counted.requests,
        bytes_in: counted.bytes_in,
        bytes_out: counted.bytes_out,
    })
}

fn tail(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let from = text.len().saturating_sub(2000);
    String::from_utf8_lossy(&text[from..]).into_owned()
}
