//! What `config` has to say.

use std::path::Path;

use ossum_config::{
    CredentialsKind, Error, FileKind, FileState, Key, Origin, SeenFile, ShownSetting,
};
use serde::Serialize;

use super::Event;

/// Widths of the columns of `config show`.
const NAME_WIDTH: usize = 18;
const VALUE_WIDTH: usize = 36;

/// A setting that counts.
#[derive(Debug, Serialize)]
pub(crate) struct SettingLine {
    name: &'static str,
    /// Of a secret, `***`.
    value: String,
    /// What kind of place it comes from.
    from: &'static str,
    /// The flag, the variable, or the file with its section.
    origin: Option<String>,
}

impl SettingLine {
    pub(crate) fn of(shown: &ShownSetting) -> Self {
        let from = match &shown.origin {
            None => "derived",
            Some(Origin::Flag(_)) => "flag",
            Some(Origin::Variable(_)) => "environment",
            Some(_) => "file",
        };
        Self {
            name: shown.key.name(),
            value: shown.value.clone(),
            from,
            origin: shown.origin.as_ref().map(ToString::to_string),
        }
    }
}

impl Event for SettingLine {
    const NAME: &'static str = "setting";

    fn for_people(&self) -> Vec<String> {
        let Self { name, value, .. } = self;
        let origin = self.origin.as_deref().unwrap_or("follows from the others");
        vec![format!(
            "{name:NAME_WIDTH$}  {value:VALUE_WIDTH$}  {origin}"
        )]
    }
}

/// A file that was looked for.
#[derive(Debug, Serialize)]
pub(crate) struct ConfigFileLine {
    path: String,
    /// Whose it is.
    kind: &'static str,
    state: &'static str,
}

impl ConfigFileLine {
    pub(crate) fn of(seen: &SeenFile) -> Self {
        let kind = match seen.kind {
            FileKind::Ours => "ossum",
            FileKind::Ossutil => "ossutil",
            FileKind::Aliyun => "aliyun",
            _ => "other",
        };
        let state = match seen.state {
            FileState::Read => "read",
            FileState::Missing => "missing",
            _ => "unusable",
        };
        Self {
            path: seen.path.display().to_string(),
            kind,
            state,
        }
    }
}

impl Event for ConfigFileLine {
    const NAME: &'static str = "file";

    fn for_people(&self) -> Vec<String> {
        let Self { path, kind, state } = self;
        let file = format!("file of {kind}");
        vec![format!("{file:NAME_WIDTH$}  {state:VALUE_WIDTH$}  {path}")]
    }
}

/// Whether that is enough.
#[derive(Debug, Serialize)]
pub(crate) struct ConfigSummary {
    /// Where credentials come from.
    credentials: Option<&'static str>,
    complete: bool,
    problems: Vec<Problem>,
}

/// What is missing or wrong, and what to do.
#[derive(Debug, Serialize)]
struct Problem {
    message: String,
    hint: Option<String>,
}

impl ConfigSummary {
    pub(crate) fn of(credentials: Option<CredentialsKind>, problems: &[Error]) -> Self {
        let problems = problems.iter().map(|problem| Problem {
            message: whole_message(problem),
            hint: problem.hint(),
        });
        let problems: Vec<_> = problems.collect();
        Self {
            credentials: credentials.map(word),
            complete: problems.is_empty(),
            problems,
        }
    }
}

/// The message with its causes: a problem is told in one line.
fn whole_message(problem: &Error) -> String {
    let mut message = problem.to_string();
    let mut next = std::error::Error::source(problem);
    while let Some(cause) = next {
        message = format!("{message}: {cause}");
        next = cause.source();
    }
    message
}

fn word(kind: CredentialsKind) -> &'static str {
    match kind {
        CredentialsKind::Anonymous => "anonymous",
        CredentialsKind::AccessKey => "access_key",
        CredentialsKind::TemporaryKey => "temporary_key",
        CredentialsKind::Role => "role",
        CredentialsKind::ChainedRole => "chained_role",
        CredentialsKind::Oidc => "oidc",
        CredentialsKind::EcsRole => "ecs_role",
        CredentialsKind::Uri => "uri",
        CredentialsKind::Process => "process",
        _ => "other",
    }
}

fn in_words(word: &str) -> &str {
    match word {
        "anonymous" => "none: nothing is signed",
        "access_key" => "access key",
        "temporary_key" => "temporary access key",
        "role" => "role that the access key assumes",
        "chained_role" => "role that another profile assumes",
        "oidc" => "role that an OIDC token opens",
        "ecs_role" => "role of this ECS instance",
        "uri" => "credentials URI",
        "process" => "credential process",
        other => other,
    }
}

impl Event for ConfigSummary {
    const NAME: &'static str = "config";

    fn for_people(&self) -> Vec<String> {
        let credentials = self.credentials.map_or("none found", in_words);
        let mut lines = vec![format!("{:NAME_WIDTH$}  {credentials}", "credentials")];
        for Problem { message, hint } in &self.problems {
            lines.push(String::new());
            lines.push(message.clone());
            lines.extend(hint.as_ref().map(|hint| format!("  hint: {hint}")));
        }
        lines
    }
}

/// Where our configuration file is.
#[derive(Debug, Serialize)]
pub(crate) struct ConfigPath {
    path: String,
}

impl ConfigPath {
    pub(crate) fn of(path: &Path) -> Self {
        let path = path.display().to_string();
        Self { path }
    }
}

impl Event for ConfigPath {
    const NAME: &'static str = "path";

    fn for_people(&self) -> Vec<String> {
        vec![self.path.clone()]
    }
}

/// A setting that was written. Its value is not told: it may be a secret.
#[derive(Debug, Serialize)]
pub(crate) struct Kept {
    setting: &'static str,
    path: String,
    profile: Option<String>,
}

impl Kept {
    pub(crate) fn of(key: Key, path: &Path, profile: Option<&str>) -> Self {
        Self {
            setting: key.name(),
            path: path.display().to_string(),
            profile: profile.map(str::to_owned),
        }
    }
}

impl Event for Kept {
    const NAME: &'static str = "kept";

    fn for_people(&self) -> Vec<String> {
        let Self { setting, path, .. } = self;
        vec![match &self.profile {
            Some(profile) => format!("{setting} is kept for profile {profile} in {path}"),
            None => format!("{setting} is kept in {path}"),
        }]
    }
}
