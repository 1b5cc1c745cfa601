mod secret;

use std::io::{self, IsTerminal};

use ossum_config::{Key, Survey};

use crate::args::{ConfigAction, ConfigArgs, ConfigSetArgs, ConfigShowArgs};
use crate::failure::Failure;
use crate::output::{ConfigFileLine, ConfigPath, ConfigSummary, Kept, SettingLine};
use crate::session::Session;

/// Shows or keeps settings.
pub(super) fn run(session: &Session, args: &ConfigArgs) -> Result<(), Failure> {
    match &args.action {
        ConfigAction::Show(args) => show(session, args).map_err(Failure::Output),
        ConfigAction::Set(args) => set(session, args),
        ConfigAction::Path => {
            let path = session.config_path()?;
            let line = ConfigPath::of(&path);
            session.output.answer(&line).map_err(Failure::Output)
        }
    }
}

/// Shows what is there, also where something is missing: that is told with it.
fn show(session: &Session, args: &ConfigShowArgs) -> io::Result<()> {
    let Survey {
        settings,
        files,
        credentials,
        warnings,
        problems,
        ..
    } = session.survey(args.bucket.as_ref());
    let output = &session.output;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    for setting in &settings {
        output.data(&SettingLine::of(setting))?;
    }
    for file in &files {
        output.data(&ConfigFileLine::of(file))?;
    }
    output.answer(&ConfigSummary::of(credentials, &problems))
}

fn set(session: &Session, args: &ConfigSetArgs) -> Result<(), Failure> {
    let key = known(&args.key)?;
    let value = match (&args.value, key.is_secret()) {
        (Some(_), true) => return Err(in_the_open(key)),
        (Some(value), false) => value.clone(),
        (None, true) => secret::read(session, key)?,
        (None, false) => {
            return Err(Failure::usage(
                format!("no value is given for {}", key.name()),
                format!("write: ossum config set {} VALUE", key.name()),
            ));
        }
    };
    let path = session.config_path()?;
    let profile = session.connection.profile.as_deref();
    ossum_config::set(&path, profile, key, &value)?;
    let kept = Kept::of(key, &path, profile);
    session.output.last(&kept).map_err(Failure::Output)
}

fn known(name: &str) -> Result<Key, Failure> {
    Key::of_name(name).ok_or_else(|| {
        let hint = match Key::nearest(name) {
            _ if name.contains('=') => "write: ossum config set NAME VALUE".to_owned(),
            Some(nearest) => format!("{nearest} may be meant"),
            None => "`ossum config set --help` lists the settings there are".to_owned(),
        };
        Failure::usage(format!("there is no setting {name}"), hint)
    })
}

/// Who else is on the machine can read a command line; so it is taken for known.
fn in_the_open(key: Key) -> Failure {
    let name = key.name();
    let way = if io::stdin().is_terminal() {
        format!("leave it out, and it is asked for: ossum config set {name}")
    } else {
        format!("give it on standard input: ossum config set {name} < FILE")
    };
    Failure::usage(
        format!("{name}: a secret does not belong on a command line"),
        format!("{way}; others may have read this one"),
    )
}
