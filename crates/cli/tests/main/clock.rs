use std::time::{Duration, SystemTime};

use ossum_devserver::Clock;
use ossum_testkit::LocalOss;

use crate::desk::Desk;

/// Cases: 74.
#[test]
fn a_clock_an_hour_off_is_corrected_with_one_warning() {
    let oss = LocalOss::start_with(|settings| {
        settings.clock = Clock::new(|| SystemTime::now() + Duration::from_hours(1));
    });
    let desk = Desk::at(oss);
    let sent = desk.workspace.write_seeded("file", 1, 3 << 20);
    let up = desk.run("cp file oss://bkt/ --part-size 1M --concurrency 2");
    up.exit(0).says("clock");
    assert_eq!(up.stderr().matches("warning:").count(), 1, "{up}");
    let down = desk.run("cp oss://bkt/file again --part-size 1M --concurrency 2");
    down.exit(0);
    assert_eq!(down.stderr().matches("warning:").count(), 1, "{down}");
    assert_eq!(desk.workspace.read("again"), sent);
}
