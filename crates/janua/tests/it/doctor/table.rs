//! The table of docs/operations/doctor.md: every code stands in it, with a test that causes it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use janua::doctor::Diagnosis;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every code of a cell, in which `-012` stands for one of the same chapter and `to` for all in between.
fn codes(cell: &str) -> BTreeSet<String> {
    let (mut codes, mut chapter, mut last, mut is_range) = (BTreeSet::new(), "", 0, false);
    for word in cell.split([' ', ',', '(']) {
        if word == "to" {
            is_range = true;
            continue;
        }
        let Some((before, number)) = word.rsplit_once('-') else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        if !before.is_empty() {
            chapter = before;
        }
        let first = if is_range { last + 1 } else { number };
        codes.extend((first..=number).map(|it| format!("{chapter}-{it:03}")));
        (last, is_range) = (number, false);
    }
    codes
}

/// The text of every file of tests.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text += &sources(&path);
        } else {
            text += &std::fs::read_to_string(&path).expect("a text");
        }
    }
    text
}

#[test]
fn every_code_is_caused_by_a_test() {
    let page = std::fs::read_to_string(root().join("docs/operations/doctor.md")).expect("the page");
    let checks = std::fs::read_to_string(root().join("deploy/checks/doctor.py")).expect("the checks");
    let tests = sources(&root().join("crates/janua/tests/it")) + &checks;
    let known: BTreeSet<String> = Diagnosis::ALL.iter().map(|it| it.code().to_owned()).collect();
    let mut told = BTreeSet::new();
    for row in page
        .lines()
        .filter(|it| it.starts_with("| ") && it.contains("JD-"))
    {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [.., of_codes, of_tests] = cells[..] else {
            panic!("not a row of three: {row}");
        };
        told.extend(codes(of_codes));
        for name in of_tests.split('`').skip(1).step_by(2) {
            let function = name.rsplit("::").next().unwrap_or_default();
            let is_there = tests.contains(&format!("fn {function}("))
                || tests.contains(&format!("mod {function};"))
                || root().join(name).is_file();
            assert!(is_there, "{name} is no test: {row}");
        }
    }
    assert_eq!(told, known, "what the page tells, and what the doctor knows");
    let unproven: Vec<&String> = known
        .iter()
        .filter(|it| !tests.contains(&format!("\"{it}\"")))
        .collect();
    assert!(unproven.is_empty(), "nothing causes {unproven:?}");
    println!("{} codes, each caused by a test", known.len());
}
