use super::KeyValue;

/// Whom OSS tells of an object that was uploaded.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Uploads")]
pub(crate) struct CallbackArgs {
    /// Let OSS call a server once the object is stored: JSON as in the documentation of Callback, or
    /// @FILE with it
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) callback: Option<String>,

    /// A value for a variable of the callback, such as x:user=7; may be repeated
    #[arg(long, value_name = "x:NAME=VALUE", requires = "callback")]
    pub(crate) callback_var: Vec<KeyValue>,
}

impl CallbackArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        super::first([("--callback", self.callback.is_some())])
    }
}
