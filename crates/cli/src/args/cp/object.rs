use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::KeyValue;

/// What is kept with an object that is made.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "New objects")]
pub(crate) struct ObjectArgs {
    /// Content-Type of the object [default: guessed from the key, then from the file's name; of a copy the source's]
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,

    /// User metadata; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) meta: Vec<KeyValue>,

    /// A tag; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) tag: Vec<KeyValue>,

    /// Who may read the object
    #[arg(long, ignore_case = true, value_parser = one_of(&ACLS))]
    pub(crate) acl: Option<String>,

    /// Storage class
    #[arg(long, value_name = "CLASS", ignore_case = true, value_parser = one_of(&STORAGE_CLASSES))]
    pub(crate) storage_class: Option<String>,

    /// Encryption by the service
    #[arg(long, value_name = "METHOD", ignore_case = true, value_parser = one_of(&ENCRYPTIONS))]
    pub(crate) sse: Option<String>,

    /// Key for --sse KMS [default: the account's own]
    #[arg(long, value_name = "ID", requires = "sse")]
    pub(crate) sse_kms_key_id: Option<String>,
}

// As the official documentation of PutObject has them.
const ACLS: [&str; 4] = ["default", "private", "public-read", "public-read-write"];
const STORAGE_CLASSES: [&str; 5] = [
    "Standard",
    "IA",
    "Archive",
    "ColdArchive",
    "DeepColdArchive",
];
const ENCRYPTIONS: [&str; 3] = ["AES256", "KMS", "SM4"];

/// Takes one of `names`, in whatever case it is typed, as it stands there.
fn one_of(names: &'static [&'static str]) -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(names).map(|typed| {
        let name = names.iter().find(|name| name.eq_ignore_ascii_case(&typed));
        name.map_or(typed, |name| (*name).to_owned())
    })
}

impl ObjectArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        super::first([
            ("--content-type", self.content_type.is_some()),
            ("--meta", !self.meta.is_empty()),
            ("--tag", !self.tag.is_empty()),
            ("--acl", self.acl.is_some()),
            ("--storage-class", self.storage_class.is_some()),
            ("--sse", self.sse.is_some()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Only {
        #[command(flatten)]
        object: ObjectArgs,
    }

    #[test]
    fn names_are_typed_in_any_case_and_sent_in_that_of_oss() {
        let class = |typed| {
            let args = Only::try_parse_from(["x", "--storage-class", typed]).ok()?;
            args.object.storage_class
        };
        assert_eq!(class("STANDARD").as_deref(), Some("Standard"));
        assert_eq!(class("ia").as_deref(), Some("IA"));
        assert_eq!(class("glacier"), None);
    }
}
