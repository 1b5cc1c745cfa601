//! What the official samples of the Go SDK do with `bucket.UploadFile` and `bucket.DownloadFile`, in
//! the same words: parts of 100 * 1024 bytes, `Routines(3)`, `Checkpoint(true, "")`.
//!
//!     go_sample FILE
//!
//! uploads FILE and downloads it again, to FILE.downloaded. The samples write their settings into
//! the program; here they come from the environment: `OSS_ENDPOINT`, `OSS_REGION`, `OSS_BUCKET`,
//! `OSS_ACCESS_KEY_ID` and `OSS_ACCESS_KEY_SECRET`. `ossum serve` says what to set for a local server.
#![allow(clippy::print_stdout)]

use std::env;
use std::process::ExitCode;

use ossum::request::Kind;
use ossum::{Checkpoint, Error, Ossum, Request};

const PART_SIZE: u64 = 100 * 1024;
const ROUTINES: usize = 3;
const OBJECT_KEY: &str = "file.zip";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("Error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let file_path = env::args().nth(1).unwrap_or_else(|| "file.zip".to_owned());
    // oss.NewEnvironmentVariableCredentialsProvider, oss.Region and oss.AuthVersion(oss.AuthV4).
    let client = Ossum::from_env()?;
    let bucket = env::var("OSS_BUCKET").unwrap_or_else(|_| "examplebucket".to_owned());
    let object = format!("oss://{bucket}/{OBJECT_KEY}");

    let upload_file = client.upload(&file_path, &object);
    with_options(upload_file).send().await?;

    let download_file = client.download(&object, format!("{file_path}.downloaded"));
    with_options(download_file).send().await?;
    Ok(())
}

/// `oss.Routines(3), oss.Checkpoint(true, "")`
fn with_options<T: Kind>(request: Request<T>) -> Request<T> {
    request
        .part_size(PART_SIZE)
        .concurrency(ROUTINES)
        .checkpoint(Checkpoint::Beside)
}
