//! What a backup says of itself.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::io::db::Engine;
use crate::io::db::tables::Counted;

/// Grows when an older program could no longer read it.
pub(super) const FORMAT: u32 = 1;

/// What stands beside a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub(super) format: u32,
    /// The version of the program.
    pub janua: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What it is a backup of.
    pub engine: Engine,
    /// The schema of PostgreSQL that its tables stand in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The revision of the tables.
    pub revision: String,
    /// What opens that which is sealed in it: the name of the key, never the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key: Option<MasterKey>,
    /// The file.
    pub file: Contents,
    /// The tables.
    pub tables: Vec<Counted>,
}

/// The master key that was in use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MasterKey {
    /// Where it was given.
    pub place: String,
    /// Its name, as errors and sealed values have it.
    pub id: String,
}

/// The bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// How many.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
}

impl Contents {
    pub(super) fn of(file: &Path) -> std::io::Result<Self> {
        let (mut file, mut context, mut bytes) = (File::open(file)?, Context::new(&SHA256), 0);
        let mut chunk = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                let sha256 = hex::encode(context.finish());
                return Ok(Self { bytes, sha256 });
            }
            context.update(&chunk[..read]);
            bytes += read as u64;
        }
    }
}

impl Manifest {
    pub(super) fn write(&self, backup: &Path) -> Result<()> {
        let path = beside(backup);
        let written = create_private(&path).and_then(|mut file| {
            writeln!(file, "{}", serde_json::to_string_pretty(self)?)?;
            file.sync_all()
        });
        written.with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Reads the manifest of a backup, and makes sure that the file is the one that it tells of.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub fn of(backup: &Path) -> Result<Self> {
        let path = beside(backup);
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "{} cannot be read: it stands beside every backup and is kept with it",
                path.display()
            )
        })?;
        let manifest: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?;
        ensure!(
            manifest.format <= FORMAT,
            "the backup was made by Janua {}, which is newer; restore it with that version",
            manifest.janua
        );
        let found = Contents::of(backup).with_context(|| format!("{} cannot be read", backup.display()))?;
        ensure!(
            found == manifest.file,
            "{} is damaged: it has {} bytes with the SHA-256 {}, and was written with {} bytes and {}",
            backup.display(),
            found.bytes,
            found.sha256,
            manifest.file.bytes,
            manifest.file.sha256
        );
        Ok(manifest)
    }

    /// How many rows it holds.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|it| it.digest.rows).sum()
    }
}

/// Where the manifest of a backup stands.
pub(super) fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".manifest.json");
    name.into()
}

/// Makes a file that only its owner may read.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Takes the file away from everybody but its owner.
pub(super) fn keep_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}
