//! The rules of `ARCHITECTURE.md`, checked: what a reviewer would have to remember, the test run remembers.

#![expect(
    clippy::unwrap_used,
    reason = "a rule that cannot be read is a rule that is broken"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// No file is longer.
const LONGEST: usize = 500;

/// Folders and files of `src` that are doors: they may call the verbs of any feature.
const DOORS: [&str; 5] = ["cli", "http", "pages", "worker", "main"];

/// The files of `http` that may know features.
const HTTP_KNOWS: [&str; 10] = [
    "router.rs",
    "caller.rs",
    "hot.rs",
    "identity.rs",
    "permission.rs",
    "cookies.rs",
    "client.rs",
    "health.rs",
    "maintenance.rs",
    "metrics.rs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every Rust file below a folder, as path relative to it, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let start = root().join(folder);
    let (mut found, mut folders) = (Vec::new(), vec![start.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let name = path.strip_prefix(&start).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The modules of `lib.rs` in their order.
fn modules() -> Vec<String> {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let names = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The modules of ours that a text names in code, without its unit tests.
fn uses(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in lines {
        for rest in line.split("crate::").skip(1) {
            if let Some(names) = rest.strip_prefix('{') {
                let names = names.split('}').next().unwrap().split(',');
                found.extend(names.map(|it| it.trim().split("::").next().unwrap().to_owned()));
            } else {
                found.push(
                    rest.split(|it: char| !it.is_alphanumeric() && it != '_')
                        .next()
                        .unwrap()
                        .to_owned(),
                );
            }
        }
    }
    found.retain(|it| !it.is_empty() && it != "params");
    found
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut sizes = Vec::new();
    for (name, text) in sources("src").into_iter().chain(sources("tests")) {
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST,
            "{name} has {lines} lines; cut it by what it rules"
        );
        sizes.push((lines, name));
    }
    sizes.sort();
    let (median, (longest, name)) = (sizes[sizes.len() / 2].0, sizes.last().unwrap());
    println!(
        "{} files, median {median} lines, longest {longest} ({name})",
        sizes.len()
    );
    assert!(median <= 150, "the median file has {median} lines");
}

#[test]
fn features_know_only_those_before_them() {
    let order = modules();
    let place = |name: &str| order.iter().position(|it| it == name);
    let first_feature = place("limits").unwrap();
    for (file, text) in sources("src") {
        let own = module_of(&file);
        let is_routes = file.ends_with("routes.rs");
        if own == "lib" || is_routes || DOORS.contains(&own) && own != "http" {
            continue;
        }
        for used in uses(&text) {
            let Some(at) = place(&used) else { continue };
            let allowed = match own {
                "http" => {
                    at < first_feature
                        || used == "http"
                        || HTTP_KNOWS.contains(&file.trim_start_matches("http/"))
                }
                // Built once from everything: the keys of tokens, the settings and what providers say are a part of it.
                "app" => at < first_feature || ["tokens", "settings", "openid"].contains(&used.as_str()),
                // Pure: nothing of ours but itself.
                "crypto" => used == "crypto",
                "io" => ["io", "config", "error", "crypto", "metrics"].contains(&used.as_str()),
                "config" => ["config", "crypto"].contains(&used.as_str()),
                "error" => used == "error",
                _ if place(own) < Some(first_feature) => at < first_feature,
                _ => at <= place(own).unwrap_or(usize::MAX),
            };
            // The exception of `http/router.rs` and its kin.
            let http_exception = own == "http" && file.ends_with("router.rs");
            assert!(
                allowed || http_exception,
                "{file} uses {used}, which comes later or is not its business"
            );
        }
    }
}

#[test]
fn rules_know_nothing_of_http() {
    for (file, text) in sources("src") {
        let own = module_of(&file);
        if DOORS.contains(&own) || file.ends_with("routes.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        assert!(
            !code.contains("axum::") && !uses(&text).contains(&"http".to_owned()),
            "{file} knows HTTP"
        );
    }
}

#[test]
fn a_table_is_written_in_one_place() {
    let mut writers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources("src") {
        let words: Vec<&str> = text
            .split_whitespace()
            .map(|it| it.trim_start_matches('"'))
            .collect();
        for at in words.windows(3) {
            let (["INSERT", "INTO", table] | ["DELETE", "FROM", table] | ["UPDATE", table, "SET"]) = at
            else {
                continue;
            };
            let table = table
                .trim_matches(|it: char| !it.is_alphanumeric() && it != '_')
                .to_owned();
            let files = writers.entry(table).or_default();
            if !files.contains(&file) {
                files.push(file.clone());
            }
        }
    }
    assert!(
        writers.contains_key("users") && writers.contains_key("sessions"),
        "{writers:?}"
    );
    for (table, files) in writers {
        assert_eq!(files.len(), 1, "{table} is written in {files:?}");
        // `tables` brings back whole databases, whatever their tables are.
        let of_all = ["io/db/migrate.rs", "io/db/tables/mod.rs"];
        let own = files[0].ends_with("store.rs") || of_all.contains(&files[0].as_str());
        assert!(own, "{table} is written in {}, which is no store", files[0]);
    }
    for (file, text) in sources("src") {
        assert!(
            !text.contains("pub mod store") && !text.contains("pub(crate) mod store"),
            "{file} opens its store"
        );
    }
}

#[test]
fn one_door_leads_to_a_session() {
    for (file, text) in sources("src") {
        let makes_proof = text.contains("Authenticated {") && !file.starts_with("authentication/");
        assert!(
            !makes_proof,
            "{file} makes a proof that only authentication may make"
        );
        let starts = text.contains("sessions::start(") && !file.starts_with("login/");
        assert!(!starts, "{file} starts a session past login");
        let acts = text.contains("impersonation::begin(") && file != "administration/impersonation.rs";
        assert!(!acts, "{file} lets somebody act for somebody else");
    }
}

/// The files that may open a tenant by what a stored row or an order of the platform names, or look past the walls
/// between tenants. Each says why it may; whoever adds one explains it to a reviewer.
const PAST_THE_WALL: [&str; 19] = [
    // Whether a domain is taken, whoever has it; orders of operators; the worker that looks at all of them.
    "domains/claiming.rs",
    "domains/admin.rs",
    "domains/rechecking.rs",
    // Orders of operators.
    "roles/admin.rs",
    // Counts what there is of all organizations.
    "administration/statistics.rs",
    // Whose a key is, is known only once it was found.
    "api_keys/store.rs",
    // Whose an invitation is, is known only once it was found by its secret.
    "invitations/secret.rs",
    // Orders of operators, and what is kept of a person.
    "invitations/admin.rs",
    // Whose a connection is, is known only once it was found by its id or by a domain; orders of operators.
    "sso/lookup.rs",
    // What it has just made.
    "organizations/mod.rs",
    // Orders of administrators and operators.
    "organizations/admin.rs",
    // What the worker lets go of.
    "organizations/deletion.rs",
    // Accounts that are deleted, wherever they belong.
    "organizations/departure.rs",
    // What is sealed is sealed anew wherever it belongs.
    "sealing.rs",
    // The rows of all move to another database.
    "promotion/mod.rs",
    // Webhooks of the platform, and the worker that serves all of them.
    "webhooks/grant.rs",
    // The log of everything: its chain, and administrators who see all of it.
    "events/chain.rs",
    "audit/reach.rs",
    // The check itself.
    "roles/check.rs",
];

#[test]
fn a_tenant_comes_from_a_permission() {
    for (file, text) in sources("src") {
        let code = text.split("#[cfg(test)]").next().unwrap();
        let makes = code.contains("Scope::Tenants(") || code.contains("Scope::Person(");
        let allowed = ["roles/check.rs", "io/db/scope.rs"].contains(&file.as_str());
        assert!(
            !makes || allowed,
            "{file} makes a scope that only a check may make"
        );
        let passes = code.contains("Tenant::of_record(") || code.contains("Scope::Platform");
        let is_wall = ["io/db/scope.rs", "io/db/tables/mod.rs"].contains(&file.as_str());
        assert!(
            !passes || is_wall || PAST_THE_WALL.contains(&file.as_str()),
            "{file} looks past the walls between tenants"
        );
    }
}

/// Two schemas of one name would become one in the document without a word.
#[test]
fn schemas_of_the_document_have_names_of_their_own() {
    let mut names = BTreeMap::new();
    for (file, text) in sources("src") {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if !(line.contains("derive(") && line.contains("ToSchema")) {
                continue;
            }
            let declared = lines.find_map(|it| it.split_once("struct ").or_else(|| it.split_once("enum ")));
            let (_, rest) = declared.unwrap();
            let name: String = rest.chars().take_while(|it| it.is_alphanumeric()).collect();
            let other = names.insert(name.clone(), file.clone());
            assert!(other.is_none(), "{name} stands in {other:?} and in {file}");
        }
    }
    assert!(names.len() > 30, "only {} schemas were found", names.len());
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["dbg", "!("],
        ["#[all", "ow("],
    ];
    for (file, text) in sources("src").into_iter().chain(sources("tests")) {
        for mark in &marks {
            let mark = mark.concat();
            assert!(!text.contains(&mark), "{file} holds {mark}");
        }
        assert!(
            text.starts_with("//!") || file == "io/db/value.rs",
            "{file} does not say why it exists"
        );
    }
}

#[test]
fn what_is_generated_is_what_the_code_says() {
    let fresh = tempfile::tempdir().unwrap();
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_janua"))
        .args(["generate", "--root"])
        .arg(fresh.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let mut compared = 0;
    let (checkout, mut folders) = (root().join("../.."), vec![fresh.path().to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(fresh.path()).unwrap();
            let committed = std::fs::read_to_string(checkout.join(name)).unwrap_or_default();
            let generated = std::fs::read_to_string(&path).unwrap();
            assert!(
                committed == generated,
                "{} is out of date; run `make generate`",
                name.display()
            );
            compared += 1;
        }
    }
    assert!(compared >= 4, "only {compared} files were generated");
}
