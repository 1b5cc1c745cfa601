//! How many transfers a second the engine makes where the network costs nothing.
//!
//! `cargo run --release -p ossum-testkit --example transfers_per_second`
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use ossum_client::op::{GetObject, PutObject};
use ossum_durable::Durability;
use ossum_testkit::{InProcessOss, Server, Workspace, seeded};
use ossum_transfer::{Download, Monitor, Options, Upload};
use ossum_types::ObjectUrl;

const BYTES: usize = 4096;
const ROUNDS: u32 = 4000;

fn main() {
    let threads = thread::available_parallelism().unwrap().get();
    println!("objects of {BYTES} bytes, {threads} threads");
    let oss = Server::new().in_process();
    measure("requests (put, get)", threads, &oss, requests);
    measure("transfers (upload, download)", threads, &oss, transfers);
}

/// Runs `rounds` of two each on every thread.
fn measure(what: &str, threads: usize, oss: &InProcessOss, rounds: fn(&InProcessOss, usize)) {
    let began = Instant::now();
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || rounds(oss, thread));
        }
    });
    let count = 2.0 * f64::from(ROUNDS) * f64::from(u32::try_from(threads).unwrap());
    let per_second = count / began.elapsed().as_secs_f64();
    println!("{per_second:>8.0} {what} a second");
}

fn requests(oss: &InProcessOss, thread: usize) {
    let bytes = bytes::Bytes::from(seeded(thread as u64, BYTES));
    let (bucket, key) = ("bkt".parse().unwrap(), format!("r{thread}"));
    let put = PutObject::new(bucket, key.parse().unwrap(), bytes);
    let get = GetObject::new(put.bucket.clone(), put.key.clone());
    oss.run(async {
        for _ in 0..ROUNDS {
            oss.client().put_object(&put).await.unwrap();
            let mut reader = oss.client().read_object(get.clone()).await.unwrap();
            while reader.chunk().await.unwrap().is_some() {}
        }
    });
}

fn transfers(oss: &InProcessOss, thread: usize) {
    let workspace = Workspace::new();
    let source = workspace.write("there", seeded(thread as u64, BYTES));
    let upload = upload(source, thread);
    let download = download(workspace.path("back"), thread);
    oss.run(async {
        for _ in 0..ROUNDS {
            let monitor = Monitor::new();
            let up = ossum_transfer::upload(oss.client(), &upload, &monitor).await;
            up.unwrap();
            let monitor = Monitor::new();
            let down = ossum_transfer::download(oss.client(), &download, &monitor).await;
            down.unwrap();
        }
    });
}

fn options() -> Options {
    Options {
        durability: Durability::None,
        ..Options::default()
    }
}

fn upload(source: PathBuf, thread: usize) -> Upload {
    Upload {
        options: options(),
        ..Upload::new(source, url(thread))
    }
}

fn download(destination: PathBuf, thread: usize) -> Download {
    Download {
        options: options(),
        ..Download::new(url(thread), destination)
    }
}

fn url(thread: usize) -> ObjectUrl {
    format!("oss://bkt/t{thread}").parse().unwrap()
}
