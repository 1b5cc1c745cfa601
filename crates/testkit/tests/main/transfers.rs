use std::num::NonZeroUsize;
use std::thread;
use std::time::{Duration, Instant};

use ossum_client::op::Overwrite;
use ossum_durable::Durability;
use ossum_testkit::{InProcessOss, Server, Workspace, seeded};
use ossum_transfer::{Download, Monitor, Options, Upload};

const KIB: usize = 1024;

/// Up and down again, in parts where there is more than one.
fn round_trip(oss: &InProcessOss, workspace: &Workspace, name: &str, bytes: &[u8]) {
    let options = Options {
        part_size: "100K".parse().unwrap(),
        concurrency: NonZeroUsize::new(3),
        durability: Durability::None,
        ..Options::default()
    };
    let url: ossum_types::ObjectUrl = format!("oss://bkt/{name}").parse().unwrap();
    let upload = Upload {
        overwrite: Overwrite::Forbid,
        options: options.clone(),
        ..Upload::new(workspace.write(name, bytes), url.clone())
    };
    let download = Download {
        overwrite: ossum_transfer::Overwrite::Forbid,
        options,
        ..Download::new(url, workspace.path(&format!("{name}.back")))
    };
    oss.run(async {
        let up = ossum_transfer::upload(oss.client(), &upload, &Monitor::new()).await;
        up.unwrap_or_else(|error| panic!("upload {name}: {error:?}"));
        let down = ossum_transfer::download(oss.client(), &download, &Monitor::new()).await;
        down.unwrap_or_else(|error| panic!("download {name}: {error:?}"));
    });
    assert!(workspace.read(&format!("{name}.back")) == bytes, "{name}");
}

#[test]
fn a_thousand_transfers_from_many_threads_at_once_take_seconds() {
    let oss = Server::new()
        .with(|settings| settings.latency = Duration::from_secs(1))
        .in_process();
    let workspace = Workspace::new();
    let began = Instant::now();
    thread::scope(|scope| {
        for thread in 0..4_usize {
            let (oss, workspace) = (&oss, &workspace);
            scope.spawn(move || {
                for number in 0..125 {
                    // Mostly a few KiB; every 25th is a mebibyte, in eleven parts.
                    let len = if number % 25 == 0 {
                        1024 * KIB
                    } else {
                        number * 100
                    };
                    let bytes = seeded((thread * 1000 + number) as u64, len);
                    round_trip(oss, workspace, &format!("{thread}-{number}"), &bytes);
                }
            });
        }
    });
    oss.no_open_uploads();
    assert!(began.elapsed() < Duration::from_mins(1));
}
