//! The header and the library: whatever one declares the other has.

use std::collections::BTreeSet;
use std::process::Command;

use ossum_testkit::Workspace;

use crate::compiler::{STRICT, expect_success, library_directory};

/// The functions that the headers declare, without those that they define themselves.
fn declared() -> BTreeSet<String> {
    let place = Workspace::new();
    let source = place.write("all.c", "#include \"oss_api.h\"\n");
    let told = place.path("told");
    let mut compiling = STRICT.with_headers();
    compiling
        .arg("-aux-info")
        .arg(&told)
        .arg("-fsyntax-only")
        .arg(source);
    expect_success(&mut compiling);
    let told = String::from_utf8(place.read("told")).expect("names in ASCII");
    let ours = told.lines().filter(|line| line.contains("capi/include/"));
    ours.filter(|line| line.contains("extern "))
        .map(|line| {
            let (before, _) = line.split_once(" (").expect("a prototype");
            let name = before.rsplit([' ', '*']).next().expect("a name");
            name.to_owned()
        })
        .collect()
}

/// The functions that a program can link.
fn exported() -> BTreeSet<String> {
    let library = library_directory().join("libossum.so");
    let mut listing = Command::new("nm");
    listing.args(["--dynamic", "--defined-only"]).arg(library);
    let listed = expect_success(&mut listing);
    let functions = listed.lines().filter_map(|line| line.split_once(" T "));
    functions.map(|(_, name)| name.to_owned()).collect()
}

#[test]
fn the_library_has_the_functions_that_the_headers_declare_and_no_other() {
    let (declared, exported) = (declared(), exported());
    assert!(
        declared.contains("oss_resumable_upload_file"),
        "{declared:?}"
    );
    let missing: Vec<_> = declared.difference(&exported).collect();
    let hidden: Vec<_> = exported.difference(&declared).collect();
    assert!(
        missing.is_empty() && hidden.is_empty(),
        "missing {missing:?}, hidden {hidden:?}"
    );
}

#[test]
fn every_header_can_be_included_alone_in_c_and_in_cpp() {
    let place = Workspace::new();
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
    for entry in std::fs::read_dir(directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let source = place.write(
            "alone.c",
            format!("#include \"{name}\"\n#include \"{name}\"\n"),
        );
        for compiler in [STRICT, crate::compiler::STRICT_CPP] {
            let mut compiling = compiler.with_headers();
            expect_success(compiling.arg("-fsyntax-only").arg(&source));
        }
    }
}
