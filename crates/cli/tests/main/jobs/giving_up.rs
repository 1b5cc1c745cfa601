//! What is unfinished is given up, here and at OSS.

use super::{id, listed, only};
use crate::desk::fails;
use crate::held::{HELD_AT, OPTIONS, PART, SIZE, desk};

#[test]
fn giving_an_upload_up_aborts_it_and_leaves_the_file() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    let id = id(&only(&desk));

    desk.run(&format!("jobs rm -n {id}"))
        .exit(0)
        .prints("would give up");
    assert_eq!(desk.open_uploads(), 1);
    assert_eq!(desk.workspace.names(), ["file", "file.cp"]);

    let outcome = desk.run(&format!("jobs rm {id} --json"));
    let given_up = outcome.exit(0).last_json();
    assert_eq!(given_up["event"], "given_up", "{outcome}");
    assert_eq!(
        given_up["aborted"].as_array().unwrap().len(),
        1,
        "{outcome}"
    );
    assert_eq!(desk.workspace.names(), ["file"]);
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (0, 0));
    desk.run(&format!("jobs show {id}")).exit(3);
}

#[test]
fn giving_a_download_up_removes_the_bytes_so_far() {
    let desk = desk();
    desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.kill_held("GetObject", &format!("cp oss://bkt/k again {OPTIONS}"));
    let job = only(&desk);
    assert_eq!(job["direction"], "download");
    assert_eq!(job["bytes_done"], HELD_AT * PART);

    // It asks OSS nothing.
    let offline = desk.ossum.clone().env("OSS_ENDPOINT", "http://127.0.0.1:1");
    let outcome = offline.run(["jobs", "rm", &id(&job), "--json"]);
    let given_up = outcome.exit(0).last_json();
    assert_eq!(
        given_up["removed"].as_array().unwrap().len(),
        2,
        "{outcome}"
    );
    assert_eq!(desk.workspace.names(), ["file"]);
    assert!(desk.pointers().is_empty());
}

#[test]
fn bytes_that_may_be_somebody_elses_are_left_alone() {
    let desk = desk();
    desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.kill_held("GetObject", &format!("cp oss://bkt/k again {OPTIONS}"));
    let partial = desk.workspace.root().join("again.ossum-part");
    std::fs::rename(&partial, desk.workspace.root().join("moved")).unwrap();
    desk.workspace.write("again.ossum-part", "precious");
    desk.run("jobs rm --all")
        .exit(0)
        .says("again.ossum-part is left alone");
    assert_eq!(
        desk.workspace.names(),
        ["again.ossum-part", "file", "moved"]
    );
    assert!(listed(&desk).is_empty());
}

#[test]
fn a_file_of_another_length_is_not_the_bytes_so_far_whatever_its_inode() {
    let desk = desk();
    desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.kill_held("GetObject", &format!("cp oss://bkt/k again {OPTIONS}"));
    // The same inode, as a file may get that is made after ours was removed.
    desk.workspace.write("again.ossum-part", "precious");
    desk.run("jobs rm --all")
        .exit(0)
        .says("again.ossum-part is left alone");
    assert_eq!(desk.workspace.read("again.ossum-part"), b"precious");
}

#[test]
fn an_upload_that_cannot_be_aborted_stays_until_it_is_forced() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    let id = id(&only(&desk));
    desk.deny("AbortMultipartUpload", 1);
    fails(
        &desk.ossum,
        &format!("jobs rm {id}"),
        4,
        "denied",
        "nothing of the transfer",
    );
    desk.run(&format!("jobs rm {id}")).says("--force");
    assert_eq!(desk.workspace.names(), ["file", "file.cp"]);
    assert_eq!(listed(&desk).len(), 1);

    desk.run(&format!("jobs rm --force {id}"))
        .exit(0)
        .says("its parts are billed");
    assert_eq!(desk.workspace.names(), ["file"]);
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (1, 0));
}

#[test]
fn a_pointer_to_nothing_is_simply_removed() {
    let desk = desk();
    desk.workspace.write_seeded("file", 2, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.kill_held("GetObject", &format!("cp oss://bkt/k again {OPTIONS}"));
    for name in ["again.cp", "again.ossum-part"] {
        std::fs::remove_file(desk.workspace.root().join(name)).unwrap();
    }
    let job = only(&desk);
    assert_eq!(job["state"], "checkpoint_missing");
    let id = id(&job);
    desk.run(&format!("jobs show {id}"))
        .prints("nothing is left to go on with");
    desk.run(&format!("jobs rm {id}")).exit(0);
    assert!(desk.pointers().is_empty());
}

#[test]
fn an_upload_whose_checkpoint_is_gone_is_aborted_by_its_pointer() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    desk.kill_held("UploadPart", &format!("cp file oss://bkt/k {OPTIONS}"));
    std::fs::remove_file(desk.workspace.root().join("file.cp")).unwrap();
    desk.run("jobs rm --all").exit(0);
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (0, 0));
}

#[test]
fn a_copy_is_a_job_too() {
    let desk = desk();
    desk.workspace.write_seeded("file", 3, SIZE);
    desk.run("cp file oss://bkt/k").exit(0);
    desk.kill_held(
        "UploadPartCopy",
        &format!("cp oss://bkt/k oss://bkt/copy {OPTIONS}"),
    );
    let job = only(&desk);
    assert_eq!(job["direction"], "copy");
    desk.run(&format!("jobs rm {}", id(&job))).exit(0);
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (0, 0));
}

#[test]
fn a_transfer_with_another_endpoint_is_given_up_there() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, SIZE);
    let endpoint = desk.oss.endpoint().to_owned();
    let words = format!("cp file oss://bkt/k {OPTIONS}");
    desk.kill_held("UploadPart", &words);
    let id = id(&only(&desk));
    let elsewhere = desk.ossum.clone().env("OSS_ENDPOINT", "http://127.0.0.1:1");
    let outcome = elsewhere.run(["jobs", "rm", &id]);
    outcome.exit(2).says("--endpoint 127.0.0.1");
    assert_eq!(desk.open_uploads(), 1);
    elsewhere
        .run(["jobs", "rm", &id, "--endpoint", &endpoint])
        .exit(0);
    assert_eq!(desk.open_uploads(), 0);

    // The command says it by itself.
    desk.kill_held("UploadPart", &format!("{words} --endpoint {endpoint}"));
    elsewhere.run(["jobs", "rm", "--all"]).exit(0);
    assert_eq!(desk.open_uploads(), 0);
}
