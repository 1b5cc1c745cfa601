use crate::desk::{Desk, fails};

#[test]
fn a_recipe_is_a_script_that_carries_out_the_whole_plan() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("from")).unwrap();
    for name in ["a", "b", "c"] {
        desk.workspace
            .write(&format!("from/{name}"), name.as_bytes());
    }
    fails(
        &desk.ossum,
        "migrate recipe slurm --work w",
        2,
        "usage",
        "has no whole plan",
    );
    desk.run("migrate plan from oss://bkt/to --work w --shard-objects 1")
        .exit(0);
    let line = "ossum migrate recipe slurm --work w --workers 2 --limit 10M > array.sh &&
        bash -n array.sh && cd / && for task in 0 1 2; do SLURM_ARRAY_TASK_ID=$task bash $OLDPWD/array.sh; done";
    desk.shell(line).exit(0);
    let status = desk
        .run("migrate status --work w --json")
        .exit(0)
        .last_json();
    assert_eq!(status["shards_to_do"], serde_json::json!([]));
    assert_eq!(status["shards_done"], 3);
}

#[test]
fn status_says_which_shards_are_to_be_done() {
    let desk = Desk::new();
    std::fs::create_dir(desk.workspace.path("from")).unwrap();
    for name in ["a", "b", "c"] {
        desk.workspace
            .write(&format!("from/{name}"), name.as_bytes());
    }
    desk.run("migrate plan from oss://bkt/to --work w --shard-objects 1")
        .exit(0);
    desk.run("migrate run-shard w#1").exit(0);
    let status = desk
        .run("migrate status --work w --json")
        .exit(0)
        .last_json();
    assert_eq!(status["shards_to_do"], serde_json::json!([0, 2]));
}
