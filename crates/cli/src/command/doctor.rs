mod bucket;
mod exam;
mod here;
mod network;
mod probe;

use ossum_client::Client;
use ossum_config::{Access, Resolved};
use ossum_types::{ByteSize, PrefixUrl};

use self::exam::Exam;
use super::block_on;
use super::jobs::book::{Book, Unfinished};
use super::jobs::find;
use crate::args::DoctorArgs;
use crate::failure::Failure;
use crate::output::Explanation;
use crate::session::Session;

/// So many bytes are enough to see how fast it is; they are kept in memory.
const MAX_PROBE_BYTES: u64 = 256 << 20;

/// So often a request is repeated: who asks what is wrong does not wait for minutes.
const RETRIES: u32 = 1;

/// Looks into everything, and tells each finding as it comes.
pub(super) fn run(session: &Session, args: &DoctorArgs) -> Result<(), Failure> {
    let (bucket, job) = subjects(session, args)?;
    let mut exam = Exam::new(session);
    if let Some(explanation) = &job {
        explain(&mut exam, explanation)?;
    }
    if job.is_none() || bucket.is_some() {
        here::look(session, &mut exam)?;
        match configured(session, &mut exam, bucket.as_ref())? {
            Configured::Whole(resolved) => block_on(async {
                network::credentials(&mut exam, &resolved.settings).await?;
                let bucket = bucket.as_ref();
                there(session, &mut exam, *resolved, bucket, args.probe_size).await
            })?,
            // The way there can be looked at without, and nothing else.
            Configured::WithoutCredentials(resolved) => {
                block_on(there(session, &mut exam, *resolved, None, args.probe_size))?;
            }
            Configured::Nothing => exam.skip("without settings the network was not looked at"),
        }
    }
    exam.end()
}

/// What was typed: a bucket, a job, or both.
fn subjects(
    session: &Session,
    args: &DoctorArgs,
) -> Result<(Option<PrefixUrl>, Option<Explanation>), Failure> {
    if args.probe_size.get() > MAX_PROBE_BYTES {
        return Err(Failure::usage(
            format!("a probe of {} is too large", args.probe_size),
            "256M at most",
        ));
    }
    let (mut bucket, mut job) = (None, None);
    for word in &args.what {
        if PrefixUrl::is_oss(word) {
            let url: PrefixUrl = word.parse().map_err(|invalid: ossum_types::Invalid| {
                Failure::usage(invalid.to_string(), "write oss://BUCKET")
            })?;
            if bucket.replace(url).is_some() {
                return Err(Failure::usage("two buckets were named", "name one"));
            }
        } else if job.replace(explanation(session, word)?).is_some() {
            return Err(Failure::usage("two jobs were named", "name one"));
        }
    }
    Ok((bucket, job))
}

/// Why a transfer or run stopped.
fn explanation(session: &Session, id: &str) -> Result<Explanation, Failure> {
    let book = Book::open(session)?;
    let (book, one) = find::one(book.as_ref(), id)?;
    Ok(match one {
        Unfinished::Transfer(pointer) => book.detail(pointer).explanation(),
        Unfinished::Run(run) => book.run_detail(run).explanation(),
    })
}

fn explain(exam: &mut Exam<'_>, explanation: &Explanation) -> Result<(), Failure> {
    const CHECK: &str = "job";
    let Explanation {
        is_running,
        why,
        next,
    } = explanation;
    if *is_running {
        return exam.ok(CHECK, why);
    }
    exam.warn(CHECK, why, next)
}

/// What was found of the configuration.
enum Configured {
    Whole(Box<Resolved>),
    /// As for anonymous access.
    WithoutCredentials(Box<Resolved>),
    Nothing,
}

/// Looks for the configuration.
fn configured(
    session: &Session,
    exam: &mut Exam<'_>,
    bucket: Option<&PrefixUrl>,
) -> Result<Configured, Failure> {
    let bucket = bucket.map(|url| &url.bucket);
    let resolved = session.resolve(session.connection.flags().access, bucket);
    let (resolved, is_whole) = match resolved {
        Err(error) if error.kind() == ossum_config::ErrorKind::Credentials => {
            exam.fail("credentials", Failure::Config(error))?;
            (session.resolve(Access::Anonymous, bucket), false)
        }
        resolved => (resolved, true),
    };
    match resolved {
        Ok(resolved) => {
            exam.ok("configuration", described(&resolved))?;
            let resolved = Box::new(resolved);
            Ok(if is_whole {
                Configured::Whole(resolved)
            } else {
                Configured::WithoutCredentials(resolved)
            })
        }
        Err(error) => {
            exam.fail("configuration", Failure::Config(error))?;
            Ok(Configured::Nothing)
        }
    }
}

/// Where the service is, and where each setting was found.
fn described(resolved: &Resolved) -> String {
    let settings = &resolved.settings;
    let region = settings.region.clone().or(settings.endpoint.region());
    let region = region.map_or("unknown".to_owned(), |region| region.to_string());
    let origins = resolved
        .origins
        .iter()
        .map(|(key, origin)| format!("{} from {origin}", key.name()));
    let origins: Vec<_> = origins.collect();
    format!(
        "{}, region {region} ({})",
        settings.endpoint,
        origins.join(", ")
    )
}

/// What lies beyond this machine.
async fn there(
    session: &Session,
    exam: &mut Exam<'_>,
    mut resolved: Resolved,
    bucket: Option<&PrefixUrl>,
    probe_size: ByteSize,
) -> Result<(), Failure> {
    if !network::reach(exam, &resolved).await? {
        exam.skip("OSS was not asked anything");
        return Ok(());
    }
    resolved.settings.retry.retries = resolved.settings.retry.retries.min(RETRIES);
    let is_encrypted = resolved.settings.endpoint.scheme() == ossum_types::Scheme::Https;
    let client: Client = match resolved.client() {
        Ok(client) => client,
        Err(error) => return exam.fail("configuration", Failure::Config(error)),
    };
    let answers = match bucket {
        Some(url) => bucket::may_list(exam, &client, &url.bucket).await?,
        None => network::answers(exam, &client).await?,
    };
    network::tls(exam, is_encrypted, &client)?;
    network::clock(exam, &client)?;
    match bucket {
        Some(url) if answers => bucket::look(session, exam, &client, &url.bucket, probe_size).await,
        _ => Ok(()),
    }
}
