//! Rebuilds when a file that is embedded comes or goes; the compiler by itself only watches those it has seen.

fn main() {
    for folder in ["migrations", "templates", "locales", "assets"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
