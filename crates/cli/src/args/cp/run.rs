use ossum_many::Links;

use super::super::FilterArgs;

/// How what is below a directory or prefix is copied.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Copying a directory or prefix (-r)")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    #[command(flatten)]
    pub(crate) links: LinkArgs,
}

/// What becomes of symbolic links in a directory.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct LinkArgs {
    /// Upload what symbolic links lead to (this is the default)
    #[arg(long, overrides_with = "no_follow_symlinks")]
    pub(crate) follow_symlinks: bool,

    /// Leave symbolic links out of an upload
    #[arg(long, overrides_with = "follow_symlinks")]
    pub(crate) no_follow_symlinks: bool,
}

impl RunArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        self.filter.first_given().or(self.links.first_given())
    }
}

impl LinkArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(self) -> Option<&'static str> {
        super::first([
            ("--follow-symlinks", self.follow_symlinks),
            ("--no-follow-symlinks", self.no_follow_symlinks),
        ])
    }

    pub(crate) fn links(self) -> Links {
        if self.no_follow_symlinks {
            Links::Skip
        } else {
            Links::Follow
        }
    }
}
