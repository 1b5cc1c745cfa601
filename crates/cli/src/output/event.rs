use serde::Serialize;

/// Something to tell: its facts are its members, and scripts get them by these names.
pub(crate) trait Event: Serialize {
    /// What happened, in one word.
    const NAME: &'static str;

    /// The same for people, a line each. Control characters may be in it.
    fn for_people(&self) -> Vec<String>;
}

/// The end of a command that failed.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorEvent {
    pub(crate) kind: &'static str,
    /// The exit code.
    pub(crate) code: u8,
    pub(crate) message: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
    /// The code of OSS, such as `NoSuchKey`.
    pub(crate) oss_code: Option<String>,
    /// The detailed code of OSS, such as `0026-00000001`.
    pub(crate) ec: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether another run continues in place of starting over.
    pub(crate) resumable: bool,
}

impl Event for ErrorEvent {
    const NAME: &'static str = "error";

    fn for_people(&self) -> Vec<String> {
        // People get it on standard error, in the form of `message::for_people`.
        vec![self.message.clone()]
    }
}
