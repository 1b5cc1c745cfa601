//! What the official samples of the C SDK do with `oss_resumable_upload_file` and
//! `oss_resumable_download_file`, in the same words: parts of 100 KiB, three at a time, a checkpoint
//! `{file}.cp`.
//!
//!     c_sample FILE
//!
//! uploads FILE and downloads it again, to FILE.downloaded. The samples write their settings into
//! the program; here they come from the environment: `OSS_ENDPOINT`, `OSS_REGION`, `OSS_BUCKET`,
//! `OSS_ACCESS_KEY_ID` and `OSS_ACCESS_KEY_SECRET`. `ossum serve` says what to set for a local server.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::env;
use std::process::ExitCode;

use ossum::blocking::Ossum;
use ossum::{Checkpoint, Error, Report};

/// The full path of the object, without the name of the bucket.
const OBJECT_NAME: &str = "exampledir/exampleobject.txt";

/// The four arguments of `oss_create_resumable_clt_params_content`.
struct ResumableCltParams {
    part_size: u64,
    thread_num: usize,
    enable_checkpoint: bool,
    /// Absent, it is `{file}.cp`.
    checkpoint_path: Option<&'static str>,
}

impl ResumableCltParams {
    fn checkpoint(&self) -> Checkpoint {
        match self.checkpoint_path {
            _ if !self.enable_checkpoint => Checkpoint::Off,
            Some(path) => Checkpoint::File(path.into()),
            None => Checkpoint::Beside,
        }
    }
}

fn main() -> ExitCode {
    let Some(local_filename) = env::args().nth(1) else {
        eprintln!("name a file: c_sample FILE");
        return ExitCode::from(2);
    };
    // Where the SDK initializes options, HTTP and a memory pool.
    let oss_client = match Ossum::from_env() {
        Ok(oss_client) => oss_client,
        Err(error) => {
            eprintln!("{error:?}");
            return ExitCode::FAILURE;
        }
    };
    let bucket_name = env::var("OSS_BUCKET").unwrap_or_else(|_| "examplebucket".to_owned());
    let object = format!("oss://{bucket_name}/{OBJECT_NAME}");
    let clt_params = ResumableCltParams {
        part_size: 1024 * 100,
        thread_num: 3,
        enable_checkpoint: true,
        checkpoint_path: None,
    };

    let resp_status = oss_client
        .upload(&local_filename, &object)
        .part_size(clt_params.part_size)
        .concurrency(clt_params.thread_num)
        .checkpoint(clt_params.checkpoint())
        .send();
    if !is_ok("resumable upload", resp_status) {
        return ExitCode::FAILURE;
    }

    let resp_status = oss_client
        .download(&object, format!("{local_filename}.downloaded"))
        .part_size(clt_params.part_size)
        .concurrency(clt_params.thread_num)
        .checkpoint(clt_params.checkpoint())
        .send();
    if !is_ok("download", resp_status) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Where the SDK's sample asks `aos_status_is_ok`.
fn is_ok(what: &str, resp_status: Result<Report, Error>) -> bool {
    match resp_status {
        Ok(_) => println!("{what} succeeded"),
        Err(error) => {
            println!("{what} failed");
            eprintln!("{error:?}");
            return false;
        }
    }
    true
}
