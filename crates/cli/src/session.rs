use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ColorChoice;
use ossum_client::{Client, Settings};
use ossum_config::{Access, Environment, Flags, Resolved, Survey};
use ossum_types::BucketName;

use crate::args::{Args, Command, ConnectionArgs, OutputArgs, ProgressChoice};
use crate::failure::{Failure, Left};
use crate::log::{self, Detail};
use crate::output::{Format, Output};
use crate::progress::Style;
use crate::screen::Screen;
use crate::signals::Interrupts;
use crate::terminal::{Charset, Terminal};
use crate::words::Words;

/// What every command has around it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) connection: ConnectionArgs,
    pub(crate) output: Arc<Output>,
    pub(crate) screen: Screen,
    pub(crate) progress: Style,
    pub(crate) charset: Charset,
    pub(crate) interrupts: Interrupts,
    /// The command as it was typed.
    pub(crate) words: Words,
    environment: Environment,
}

impl Session {
    /// Sets up output, log and signals as the options say.
    ///
    /// A failure comes with where to tell it.
    pub(crate) fn begin(
        args: Args,
        words: &[OsString],
    ) -> Result<(Self, Command), (Failure, Arc<Output>)> {
        let environment: Environment = std::env::vars_os().collect();
        let screen = Screen::default();
        let terminal = Terminal::of_stderr();
        let output = output(&args.output, terminal, &screen);
        let output = Arc::new(if args.command.writes_bytes() {
            output.beside_bytes()
        } else {
            output
        });
        let interrupts = match begin(&args.output, &screen) {
            Ok(interrupts) => interrupts,
            Err(failure) => return Err((failure, output)),
        };
        let options = &args.output;
        let bars = terminal.can_show_bars();
        let progress = match options.progress {
            // Both on one screen, a bar would run through what is read there.
            ProgressChoice::Auto
                if args.command.writes_bytes() && !options.json && stdout_is_a_terminal() =>
            {
                ProgressChoice::None
            }
            choice => choice,
        };
        let session = Self {
            progress: Style::choose(progress, options.quiet, options.json, bars),
            charset: terminal.charset,
            connection: args.connection,
            output,
            screen,
            interrupts,
            words: Words::of(words),
            environment,
        };
        Ok((session, args.command))
    }

    /// A client as options, environment and configuration files say.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.make_client(&self.connection, None, |_| {})
    }

    /// A client of one bucket, for which configuration files may say something else.
    pub(crate) fn client_for(&self, bucket: &BucketName) -> Result<Client, Failure> {
        self.client_for_with(bucket, |_| {})
    }

    /// The same with settings that belong to one command.
    pub(crate) fn client_for_with(
        &self,
        bucket: &BucketName,
        adjust: impl FnOnce(&mut Settings),
    ) -> Result<Client, Failure> {
        self.make_client(&self.connection, Some(bucket), adjust)
    }

    /// A client with other options than those that were typed.
    pub(crate) fn client_as(
        &self,
        connection: &ConnectionArgs,
        bucket: &BucketName,
    ) -> Result<Client, Failure> {
        self.make_client(connection, Some(bucket), |_| {})
    }

    fn make_client(
        &self,
        connection: &ConnectionArgs,
        bucket: Option<&BucketName>,
        adjust: impl FnOnce(&mut Settings),
    ) -> Result<Client, Failure> {
        if connection.insecure {
            tracing::warn!(
                "--insecure: certificates are not verified; anyone on the way can read and change everything"
            );
        }
        let mut resolved: Resolved =
            ossum_config::resolve_for(&connection.flags(), &self.environment, bucket)?;
        for warning in &resolved.warnings {
            tracing::warn!("{warning}");
        }
        adjust(&mut resolved.settings);
        let endpoint = &resolved.settings.endpoint;
        tracing::debug!(%endpoint, origins = ?resolved.origins, "settings");
        Ok(resolved.client()?)
    }

    /// What is configured, as far as it is.
    pub(crate) fn survey(&self, bucket: Option<&BucketName>) -> Survey {
        ossum_config::survey(&self.connection.flags(), &self.environment, bucket)
    }

    /// Our configuration file.
    pub(crate) fn config_path(&self) -> Result<PathBuf, Failure> {
        let flags = self.connection.flags();
        Ok(ossum_config::config_path(&flags, &self.environment)?)
    }

    /// What is configured for requests to a bucket, for whoever looks into it.
    pub(crate) fn resolve(
        &self,
        access: Access,
        bucket: Option<&BucketName>,
    ) -> Result<Resolved, ossum_config::Error> {
        let flags = Flags {
            access,
            ..self.connection.flags()
        };
        ossum_config::resolve_for(&flags, &self.environment, bucket)
    }

    /// Where what outlives a run is kept, if there is a place for it.
    pub(crate) fn state_directory(&self) -> Option<PathBuf> {
        ossum_config::state_directory(&self.environment)
    }

    /// A failure as what it is: what was cancelled by a signal was interrupted.
    pub(crate) fn explain(&self, failure: Failure) -> Failure {
        match &failure {
            Failure::Transfer(error) => self.interruption(error).unwrap_or(failure),
            _ => failure,
        }
    }

    /// What `error` is if a signal has cancelled the transfer.
    pub(crate) fn interruption(&self, error: &ossum_transfer::Error) -> Option<Failure> {
        let signal = self.interrupts.first()?;
        let is_cancelled = error.kind() == ossum_transfer::ErrorKind::Cancelled;
        is_cancelled.then(|| Failure::Interrupted {
            signal,
            again: self.words.to_string(),
            left: Left::by(error),
        })
    }

    /// The failure that a signal is, if one came.
    pub(crate) fn interrupted(&self) -> Option<Failure> {
        self.interrupted_leaving(Left::Nothing)
    }

    /// The same, where something is left.
    pub(crate) fn interrupted_leaving(&self, left: Left) -> Option<Failure> {
        let signal = self.interrupts.first()?;
        Some(Failure::Interrupted {
            signal,
            again: self.words.to_string(),
            left,
        })
    }
}

fn begin(options: &OutputArgs, screen: &Screen) -> Result<Interrupts, Failure> {
    log::begin(detail(options), options.log.as_deref(), screen).map_err(|source| Failure::Log {
        path: options.log.clone().unwrap_or_default(),
        source,
    })?;
    Interrupts::watch().map_err(|source| Failure::System {
        action: "watch for signals".to_owned(),
        source,
    })
}

fn stdout_is_a_terminal() -> bool {
    std::io::stdout().is_terminal()
}

fn detail(options: &OutputArgs) -> Detail {
    match (options.verbose, options.quiet) {
        (0, true) => Detail::Nothing,
        (0, false) => Detail::Warnings,
        (1, _) => Detail::Debug,
        _ => Detail::Trace,
    }
}

fn output(options: &OutputArgs, terminal: Terminal, screen: &Screen) -> Output {
    let format = if options.json {
        Format::Json
    } else {
        Format::People
    };
    let coloured = match options.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal.wants_colour(),
    };
    Output::new(format, options.quiet, coloured, screen.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbose_tells_more_even_when_quiet() {
        let options = |verbose, quiet| OutputArgs {
            json: false,
            quiet,
            verbose,
            log: None,
            progress: crate::args::ProgressChoice::None,
            color: ColorChoice::Never,
        };
        assert_eq!(detail(&options(0, false)), Detail::Warnings);
        assert_eq!(detail(&options(0, true)), Detail::Nothing);
        assert_eq!(detail(&options(2, true)), Detail::Trace);
    }
}
