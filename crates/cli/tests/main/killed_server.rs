use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use ossum_testkit::{Running, Signal, Workspace, seeded};

use crate::desk::ossum;
use crate::raw_http::ask;

const WRITERS: u64 = 4;
/// Acknowledged writes after which the server is killed, one life after the other.
const LIVES: [usize; 6] = [1, 9, 30, 2, 57, 16];

#[test]
fn a_server_that_is_killed_loses_no_acknowledged_object_and_shows_no_half_one() {
    let workspace = Workspace::new();
    let mut writers: Vec<Writer> = (0..WRITERS).map(Writer::new).collect();
    for acknowledged in LIVES {
        let (server, address) = serve(&workspace);
        for writer in &mut writers {
            writer.check(&address);
        }
        let (tell, told) = channel();
        thread::scope(|scope| {
            for writer in &mut writers {
                let (address, tell) = (&address, tell.clone());
                scope.spawn(move || writer.write_until_killed(address, &tell));
            }
            drop(tell);
            assert_eq!(told.iter().take(acknowledged).count(), acknowledged);
            server.signal(Signal::KILL);
        });
        server.wait();
    }
    let (_server, address) = serve(&workspace);
    for writer in &mut writers {
        writer.check(&address);
    }
}

/// Starts a server over the same directory as before, and returns where it listens.
fn serve(workspace: &Workspace) -> (Running, String) {
    let words = "serve --data kept --bucket bkt --listen 127.0.0.1:0 --no-auth";
    let mut server = ossum(workspace).start(words.split(' '));
    let address = server.line_after("export OSS_ENDPOINT=http://");
    (server, address)
}

/// Writes versions of one object, each different from all others in every block.
struct Writer {
    number: u64,
    versions: u64,
    /// What the object is: `None` if there is none.
    acknowledged: Option<Vec<u8>>,
    /// What it may be as well, since the answer did not come.
    attempted: Option<Vec<u8>>,
}

impl Writer {
    fn new(number: u64) -> Self {
        Self {
            number,
            versions: 0,
            acknowledged: None,
            attempted: None,
        }
    }

    fn write_until_killed(&mut self, address: &str, tell: &Sender<()>) {
        while self.write(address).is_ok() {
            self.acknowledged.clone_from(&self.attempted);
            // Nobody listens any more once enough was written.
            let _ = tell.send(());
        }
    }

    /// Makes the next version: by one request, by parts, or by deleting the object.
    fn write(&mut self, address: &str) -> io::Result<()> {
        self.versions += 1;
        let bytes = seeded(self.versions * WRITERS + self.number, 150_000);
        let path = format!("/bkt/{}", self.number);
        match self.versions % 4 {
            0 => {
                self.attempted = None;
                ask(address, "DELETE", &path, b"")?;
            }
            2 => {
                let initiated = ask(address, "POST", &format!("{path}?uploads"), b"")?;
                let upload = element(&initiated.unwrap(), "UploadId");
                for (number, part) in (1..).zip(bytes.chunks(102_400)) {
                    let part_path = format!("{path}?partNumber={number}&uploadId={upload}");
                    ask(address, "PUT", &part_path, part)?;
                }
                self.attempted = Some(bytes);
                ask(address, "POST", &format!("{path}?uploadId={upload}"), b"")?;
            }
            _ => {
                self.attempted = Some(bytes);
                ask(address, "PUT", &path, &self.attempted.clone().unwrap())?;
            }
        }
        Ok(())
    }

    /// Expects the object as it was last acknowledged, or as the next write would have made it.
    fn check(&mut self, address: &str) {
        let found = ask(address, "GET", &format!("/bkt/{}", self.number), b"").unwrap();
        let known = found == self.acknowledged || found == self.attempted;
        let lens = [&found, &self.acknowledged, &self.attempted].map(|b| b.as_ref().map(Vec::len));
        assert!(
            known,
            "version {} of {}: {lens:?}",
            self.versions, self.number
        );
        self.attempted.clone_from(&found);
        self.acknowledged = found;
    }
}

/// The text of the element `name`.
fn element(document: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(document);
    let (_, rest) = text.split_once(&format!("<{name}>")).unwrap();
    rest.split('<').next().unwrap().to_owned()
}
