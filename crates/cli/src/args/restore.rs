use clap::ValueEnum;
use ossum_client::op::RestoreTier;
use ossum_types::{PrefixUrl, Span, VersionId};

const EXAMPLES: &str = "\
Examples:
  ossum restore oss://bucket/old.tar         make it readable for a day
  ossum restore oss://bucket/old.tar --days 3 --wait && ossum cp oss://bucket/old.tar .
  ossum restore -r oss://bucket/2019/ --tier Bulk";

/// Make archived objects readable for some days
///
/// It takes about a minute for the class Archive, and hours for ColdArchive and DeepColdArchive. What
/// is readable already, or on its way, is told and is no error. What is restored is billed.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct RestoreArgs {
    /// oss://bucket/key; with -r oss://bucket or oss://bucket/prefix
    pub(crate) what: PrefixUrl,

    /// Every archived object whose key begins with this
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// For how many days: 1 to 7 of the class Archive, to 365 of the others [default: 1]; of what
    /// is readable already this is from now on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=365))]
    pub(crate) days: Option<u32>,

    /// How soon, and at what price; only for ColdArchive and DeepColdArchive
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) tier: Option<Tier>,

    /// Wait until it can be read, for so long at most [default: 72h]
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "72h",
        hide_default_value = true
    )]
    pub(crate) wait: Option<Span>,

    /// This version of the object
    #[arg(long, value_name = "ID", conflicts_with = "recursive")]
    pub(crate) version_id: Option<VersionId>,
}

/// How soon an object is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    /// An hour; 12 hours of DeepColdArchive
    #[value(name = "Expedited")]
    Expedited,
    /// 2 to 5 hours; 48 hours of DeepColdArchive
    #[value(name = "Standard")]
    Standard,
    /// 5 to 12 hours; not of DeepColdArchive
    #[value(name = "Bulk")]
    Bulk,
}

impl From<Tier> for RestoreTier {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Expedited => Self::Expedited,
            Tier::Standard => Self::Standard,
            Tier::Bulk => Self::Bulk,
        }
    }
}
