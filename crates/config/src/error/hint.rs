use std::io;

use ossum_client::SettingsError;

use super::{Error, PassedOver};

impl Error {
    /// What the user can do about it, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Invalid { origin, .. } => format!("correct {origin}, or leave it out"),
            Self::File { source, .. } => {
                let check = match source.kind() {
                    io::ErrorKind::PermissionDenied => "check who may read it",
                    io::ErrorKind::InvalidData => "write it in UTF-8",
                    io::ErrorKind::InvalidInput => "name a regular file",
                    _ => "check the path",
                };
                format!("{check}; --config names another file, --config /dev/null none")
            }
            Self::Directory { .. } => "check who may search it, and whether HOME is that of another \
                user; --config names a file elsewhere, --config /dev/null none"
                .to_owned(),
            Self::Syntax { .. } => "correct the file, or name another with --config".to_owned(),
            Self::UnknownKey {
                nearest: Some(nearest),
                ..
            } => format!("{nearest} may be meant; correct the file"),
            Self::UnknownKey { .. } => {
                "remove it; `ossum config set --help` lists the settings there are".to_owned()
            }
            Self::NoText { .. } => "write it in quotes".to_owned(),
            Self::NoProfile { known, .. } if known.is_empty() => {
                "no configuration file has profiles; `ossum config show` lists the files".to_owned()
            }
            Self::NoProfile { known, .. } => format!("there are: {}", known.join(", ")),
            Self::Circle(_) => "give one of them credentials of its own".to_owned(),
            Self::Forbidden { forbidden, .. } => {
                format!("unset {forbidden}, or give other credentials")
            }
            Self::Write { .. } => "check who may write there".to_owned(),
            Self::NoHome => "set HOME, or name a file with --config".to_owned(),
            Self::NotText(name) => format!("set {name} anew"),
            Self::NoPlace => "set OSS_REGION or give --region, such as --region cn-hangzhou; \
                or give the service's address with OSS_ENDPOINT or --endpoint"
                .to_owned(),
            Self::NoOtherNetwork { .. } => {
                "give --region in place of the endpoint, or the right endpoint without it"
                    .to_owned()
            }
            Self::NoCredentials {
                passed_over: Some(PassedOver::Variables),
            } => "ALIBABA_CLOUD_ACCESS_KEY_ID is for other tools; set OSS_ACCESS_KEY_ID to its value, \
                OSS_ACCESS_KEY_SECRET to that of ALIBABA_CLOUD_ACCESS_KEY_SECRET, and OSS_SESSION_TOKEN to \
                that of ALIBABA_CLOUD_SECURITY_TOKEN if it is set"
                .to_owned(),
            Self::NoCredentials {
                passed_over: Some(PassedOver::File(path)),
            } => format!(
                "{} is for other tools; keep the credentials of one of its sections with `ossum config \
                 set`, or set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET",
                path.display()
            ),
            Self::NoCredentials { passed_over: None } => "set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET (with \
                OSS_SESSION_TOKEN for temporary credentials), or keep them with `ossum config set access_key_id ID` and \
                `ossum config set access_key_secret`; --anonymous reads what is public"
                .to_owned(),
            Self::HalfCredentials { missing, .. } => format!("set {missing} as well"),
            Self::BadCredentials(_) => {
                "copy them anew; a line break or blank at an end is a usual mistake".to_owned()
            }
            Self::SecretInFlag(_) => "set it in HTTPS_PROXY or ALL_PROXY".to_owned(),
            Self::CaFile { .. } => "give --ca a readable file of PEM certificates".to_owned(),
            Self::Tls(_) => {
                "give --ca a file of PEM certificates that are to be trusted".to_owned()
            }
            Self::Settings(SettingsError::NoRegion(_)) => {
                "set OSS_REGION or give --region, such as --region cn-hangzhou".to_owned()
            }
            Self::Sts(_) | Self::Settings(SettingsError::ClearText(_)) => "use https://; where the network is \
                trusted, --allow-http sends them all the same"
                .to_owned(),
            Self::Settings(_) => return None,
        })
    }
}
