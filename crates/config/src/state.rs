use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// Where what is kept from one run to the next lies: `$XDG_STATE_HOME/ossum`, otherwise
/// `$HOME/.local/state/ossum`.
///
/// `None` if neither variable names a directory. As the XDG Base Directory Specification has it, a
/// relative path counts as not set. Nothing is made.
pub fn state_directory(environment: &Environment) -> Option<PathBuf> {
    let state = absolute(environment, "XDG_STATE_HOME").map(Path::to_owned);
    let state = state.or_else(|| Some(absolute(environment, "HOME")?.join(".local/state")));
    state.map(|state| state.join("ossum"))
}

pub(crate) fn absolute<'a>(environment: &'a Environment, name: &str) -> Option<&'a Path> {
    environment.path(name).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Option<PathBuf> {
        state_directory(&variables.iter().copied().collect())
    }

    #[test]
    fn xdg_state_home_counts_before_home() {
        let home = ("HOME", "/home/me");
        assert_eq!(
            found(&[home, ("XDG_STATE_HOME", "/s")]),
            Some("/s/ossum".into())
        );
        let of_home = Some("/home/me/.local/state/ossum".into());
        assert_eq!(found(&[home]), of_home);
        assert_eq!(found(&[home, ("XDG_STATE_HOME", "")]), of_home);
    }

    #[test]
    fn a_relative_directory_counts_as_not_set() {
        assert_eq!(found(&[("XDG_STATE_HOME", "s"), ("HOME", ".")]), None);
        assert_eq!(found(&[]), None);
        assert_eq!(
            found(&[("XDG_STATE_HOME", "s"), ("HOME", "/h")]),
            Some("/h/.local/state/ossum".into())
        );
    }
}
