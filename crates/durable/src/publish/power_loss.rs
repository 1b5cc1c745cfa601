//! The power goes, or the process is killed, at every step of a publication.

use super::*;
use crate::{Effect, SimFs, write_whole};

const SEEDS: u64 = 40;
const TARGET: &str = "/d/target";
const OLD: &[u8] = &[1; 5000];
const NEW: &[u8] = &[2; 10_000];

type Act = fn(&SimFs) -> Result<(), Error>;

fn overwrite(fs: &SimFs) -> Result<(), Error> {
    publish_as(fs, named, Overwrite::Allow, Durability::Full)
}

fn overwrite_with_unnamed(fs: &SimFs) -> Result<(), Error> {
    publish_as(fs, unnamed, Overwrite::Allow, Durability::Full)
}

fn overwrite_without_durability(fs: &SimFs) -> Result<(), Error> {
    publish_as(fs, named, Overwrite::Allow, Durability::None)
}

fn take_free_name(fs: &SimFs) -> Result<(), Error> {
    publish_as(fs, named, Overwrite::Forbid, Durability::Full)
}

fn take_free_name_with_unnamed(fs: &SimFs) -> Result<(), Error> {
    publish_as(fs, unnamed, Overwrite::Forbid, Durability::Full)
}

fn write_settings(fs: &SimFs) -> Result<(), Error> {
    write_whole(fs, TARGET.as_ref(), NEW, Durability::Full)
}

type Make = fn(&SimFs) -> Result<Partial, Error>;

fn named(fs: &SimFs) -> Result<Partial, Error> {
    Partial::create(fs, "/d/partial".into())
}

fn unnamed(fs: &SimFs) -> Result<Partial, Error> {
    Ok(Partial::unnamed(fs, "/d/partial".into())?
        .expect("the simulated file system has such files"))
}

fn publish_as(
    fs: &SimFs,
    make: Make,
    overwrite: Overwrite,
    durability: Durability,
) -> Result<(), Error> {
    let target = Target::resolve(fs, TARGET.as_ref())?;
    let partial = make(fs)?;
    partial.reserve(fs, NEW.len() as u64)?;
    // Last bytes first, as parts may arrive.
    partial.write_all_at(&NEW[5000..], 5000)?;
    partial.write_all_at(&NEW[..5000], 0)?;
    publish(fs, &partial, &target, overwrite, durability)
}

fn with_old_target() -> SimFs {
    let fs = SimFs::new();
    fs.write(TARGET, OLD);
    fs
}

fn with_free_name() -> SimFs {
    let fs = SimFs::new();
    fs.make_directory("/d");
    fs
}

/// Ends the world after every step of `act`, and looks for a future in which the target is
/// neither as it was nor as it should be, or is as it was in spite of a success.
fn violation(
    arrange: impl Fn() -> SimFs,
    act: Act,
    futures: impl Fn(&SimFs) -> Vec<SimFs>,
) -> Option<String> {
    let old = arrange().read(TARGET);
    for step in 0.. {
        let fs = arrange();
        fs.crash_at(step);
        let succeeded = act(&fs).is_ok();
        for (future, left) in futures(&fs).iter().enumerate() {
            let left = left.read(TARGET);
            let is_new = left.as_deref() == Some(NEW);
            let is_old = !succeeded && left == old;
            if !is_new && !is_old {
                return Some(format!("step {step}, future {future}: {succeeded}"));
            }
        }
        if succeeded {
            break;
        }
    }
    None
}

fn power_losses(fs: &SimFs) -> Vec<SimFs> {
    (0..SEEDS).map(|seed| fs.crash(seed)).collect()
}

fn kill(fs: &SimFs) -> Vec<SimFs> {
    vec![fs.kill()]
}

/// Cases: 12, 16, 17.
#[test]
fn a_power_loss_leaves_the_old_bytes_or_the_new_and_success_only_the_new() {
    for act in [overwrite as Act, overwrite_with_unnamed, write_settings] {
        assert_eq!(violation(with_old_target, act, power_losses), None);
    }
}

/// Cases: 12, 16.
#[test]
fn a_power_loss_leaves_a_free_name_free_or_all_of_the_new_bytes() {
    for act in [
        overwrite as Act,
        overwrite_with_unnamed,
        take_free_name,
        take_free_name_with_unnamed,
        write_settings,
    ] {
        assert_eq!(violation(with_free_name, act, power_losses), None);
    }
}

#[test]
fn a_kill_leaves_the_old_bytes_or_the_new_even_without_durability() {
    for act in [
        overwrite as Act,
        overwrite_with_unnamed,
        overwrite_without_durability,
        write_settings,
    ] {
        assert_eq!(violation(with_old_target, act, kill), None);
    }
}

#[test]
fn without_either_sync_these_tests_find_lost_bytes() {
    for effect in [Effect::Sync, Effect::SyncDirectory] {
        for act in [
            overwrite as Act,
            take_free_name,
            take_free_name_with_unnamed,
            write_settings,
        ] {
            let careless = || {
                let fs = with_free_name();
                fs.ignore(effect);
                fs
            };
            assert!(
                violation(careless, act, power_losses).is_some(),
                "{effect:?}"
            );
        }
    }
    let act = overwrite_without_durability;
    assert!(violation(with_old_target, act, power_losses).is_some());
}

/// Cases: 17.
#[test]
fn without_the_sync_of_the_file_the_name_leads_to_a_damaged_one() {
    let fs = with_old_target();
    fs.ignore(Effect::Sync);
    overwrite(&fs).unwrap();
    assert!((0..SEEDS).any(|seed| {
        let left = fs.crash(seed).read(TARGET).unwrap();
        left != OLD && left != NEW
    }));
}

/// Cases: 25.
#[test]
fn bytes_that_a_failed_sync_lost_are_never_published() {
    let fs = with_old_target();
    let target = Target::resolve(&fs, TARGET.as_ref()).unwrap();
    let partial = Partial::create(&fs, "/d/partial".into()).unwrap();
    partial.write_all_at(NEW, 0).unwrap();
    fs.fail(1, Effect::Sync, Errno::IO);
    for _ in 0..2 {
        let outcome = publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full);
        assert!(outcome.is_err());
    }
    for seed in 0..SEEDS {
        assert!(fs.crash(seed).read(TARGET).unwrap() == OLD);
    }
}

/// Cases: 22.
#[test]
fn a_full_disk_leaves_the_old_bytes() {
    let fs = with_old_target().with_space(8192);
    assert!(matches!(overwrite(&fs), Err(Error::NoSpace { .. })));
    fs.remove("/d/partial");
    assert!(write_settings(&fs).is_err());
    assert!(fs.read(TARGET).unwrap() == OLD);
    assert_eq!(fs.available_bytes("/".as_ref()).unwrap(), 8192);
}
