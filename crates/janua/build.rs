//! Packs the viewer of the API document, which the program serves, and rebuilds when a file that is embedded comes or goes:
//! the compiler by itself only watches those it has seen.

use std::error::Error;
use std::fs::File;
use std::io::{self, Cursor};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// What the viewer needs of Swagger UI: a fifth of what it brings.
const VIEWER: [&str; 3] = [
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
];

fn main() -> Result<(), Box<dyn Error>> {
    for folder in ["migrations", "templates", "locales", "assets", "build.rs"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    #[expect(clippy::disallowed_methods, reason = "so cargo tells where to")]
    let into = std::env::var("OUT_DIR")?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in VIEWER {
        let end = format!("/dist/{name}");
        let inside = archive
            .file_names()
            .filter_map(Result::ok)
            .find(|it| it.ends_with(&end))
            .ok_or_else(|| format!("Swagger UI has no {name}"))?
            .into_owned();
        let file = File::create(Path::new(&into).join(format!("{name}.gz")))?;
        let mut packed = GzEncoder::new(file, Compression::best());
        io::copy(&mut archive.by_name(&inside)?, &mut packed)?;
        packed.finish()?;
    }
    Ok(())
}
