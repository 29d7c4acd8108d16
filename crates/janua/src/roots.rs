//! The root secrets of an installation: the current one, and those that it replaced.
//!
//! Everything new is sealed and hashed under the current root. The previous ones only open and recognise what is there
//! already. A rotation of the master key, step by step:
//!
//! ```text
//!            JANUA_MASTER_KEY   …_PREVIOUS
//!  before    old
//!  prepare   old                new          only with several instances: all must know the new key
//!  exchange  new                old          what is sealed is sealed anew; tokens move over as they are used
//!  after     new                             once nothing old is needed: refresh tokens move at their next use,
//!                                            cookies live for SESSION_MAX_DAYS
//! ```

use std::path::Path;

use crate::config::Config;
use crate::crypto::root::{Purpose, RootSecret};
use crate::crypto::sealed::{KeyId, Sealer};
use crate::io::random::Random;

/// The root secrets, read once at start-up.
#[derive(Debug)]
pub struct Roots {
    /// Seals and hashes.
    pub current: RootSecret,
    /// Open and recognise.
    pub previous: Vec<RootSecret>,
}

impl Roots {
    /// Finds the current secret, or makes one for the embedded default; reads the previous ones.
    ///
    /// # Errors
    /// A text for the operator.
    pub fn read(config: &Config, random: &Random) -> Result<Self, String> {
        let previous = config.tokens.master_key_previous.as_ref();
        let previous = previous.map(|it| candidates(it.reveal())).unwrap_or_default();
        let previous = previous.iter().map(|it| RootSecret::from_bytes(it.as_bytes()));
        Ok(Self {
            current: root_secret(config, random)?,
            previous: previous
                .collect::<Result<_, _>>()
                .map_err(|error| format!("JANUA_MASTER_KEY_PREVIOUS: {error}"))?,
        })
    }

    /// Where the current secret is given and the name of its key, without making one.
    pub fn of_now(config: &Config) -> Option<(String, String)> {
        let tokens = &config.tokens;
        let file = Path::new(&config.server.data_dir).join("master.key");
        let (place, bytes) = if let Some(secret) = &tokens.master_key {
            ("JANUA_MASTER_KEY".to_owned(), secret.reveal().as_bytes().to_vec())
        } else if let Some(secret) = &tokens.secret_key {
            ("JWT_SECRET_KEY".to_owned(), secret.reveal().as_bytes().to_vec())
        } else if let Some(path) = &tokens.private_key_path {
            (format!("JWT_PRIVATE_KEY_PATH={path}"), std::fs::read(path).ok()?)
        } else {
            let text = std::fs::read_to_string(&file).ok()?;
            (file.display().to_string(), text.trim().as_bytes().to_vec())
        };
        let key = RootSecret::from_bytes(&bytes).ok()?.derive(Purpose::Seal);
        Some((place, KeyId::of(&key).to_string()))
    }

    /// What seals under the current secret and opens under all.
    ///
    /// # Errors
    /// Never: there is a current secret.
    pub fn sealer(&self) -> Result<Sealer, String> {
        let all = std::iter::once(&self.current).chain(&self.previous);
        let keys = all.map(|root| {
            let key = root.derive(Purpose::Seal);
            (KeyId::of(&key), key)
        });
        Sealer::new(keys.collect()).map_err(|error| error.to_string())
    }

    /// Adds to a failed start which setting would help, where a key that is not loaded can be recognised.
    pub fn explain(&self, error: Unreadable, config: &Config) -> String {
        let missing = match error {
            Unreadable::Other(text) => return text,
            Unreadable::Sealed { missing } => missing,
        };
        let is_it = |text: &str| {
            let key = RootSecret::from_bytes(text.as_bytes()).map(|root| root.derive(Purpose::Seal));
            key.is_ok_and(|key| KeyId::of(&key) == missing)
        };
        let tokens = &config.tokens;
        let file = Path::new(&config.server.data_dir).join("master.key");
        let in_file = std::fs::read_to_string(&file).is_ok_and(|text| is_it(text.trim()));
        let pem = tokens.private_key_path.as_deref().map(std::fs::read_to_string);
        let place = if tokens.secret_key.as_ref().is_some_and(|it| is_it(it.reveal())) {
            "the value of JWT_SECRET_KEY, which it was sealed with".to_owned()
        } else if in_file {
            format!("the content of {}, which it was sealed with", file.display())
        } else if pem.is_some_and(|text| text.is_ok_and(|text| is_it(&text))) {
            "the content of the file JWT_PRIVATE_KEY_PATH (by JANUA_MASTER_KEY_PREVIOUS_FILE), which it was sealed with"
                .to_owned()
        } else {
            "the earlier JANUA_MASTER_KEY (or, where there was none, the earlier JWT_SECRET_KEY, key file under \
             JANUA_DATA_DIR, or private key)"
                .to_owned()
        };
        format!(
            "a stored secret cannot be opened: it was sealed with the master key {missing}, which is not given; set \
             JANUA_MASTER_KEY_PREVIOUS to {place}; the current master key is {}",
            KeyId::of(&self.current.derive(Purpose::Seal))
        )
    }
}

/// Why what is stored cannot be used at start-up.
#[derive(Debug)]
pub enum Unreadable {
    /// It was sealed with a master key that is not given.
    Sealed {
        /// Which one.
        missing: KeyId,
    },
    /// Anything else, as a text for the operator.
    Other(String),
}

impl<E: std::fmt::Display> From<E> for Unreadable {
    fn from(error: E) -> Self {
        Self::Other(error.to_string())
    }
}

/// The keys that the setting may mean: each part, and, as a key may hold a comma, the whole. A PEM file served as the
/// root with the line end that the setting has lost.
fn candidates(text: &str) -> Vec<String> {
    if text.starts_with("-----BEGIN") {
        return vec![format!("{text}\n"), text.to_owned()];
    }
    let parts: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
    let mut all: Vec<String> = parts
        .into_iter()
        .filter(|it| it.len() >= RootSecret::MIN_BYTES)
        .collect();
    if all.len() != 1 || all[0] != text {
        all.push(text.to_owned());
    }
    all
}

/// The secret that everything sealed or hashed hangs on.
fn root_secret(config: &Config, random: &Random) -> Result<RootSecret, String> {
    let tokens = &config.tokens;
    if let Some(secret) = tokens.master_key.as_ref().or(tokens.secret_key.as_ref()) {
        return RootSecret::from_bytes(secret.reveal().as_bytes()).map_err(|error| error.to_string());
    }
    if let Some(path) = &tokens.private_key_path {
        let pem = std::fs::read(path)
            .map_err(|error| format!("JWT_PRIVATE_KEY_PATH={path} cannot be read: {error}"))?;
        tracing::warn!(
            "what is stored sealed hangs on JWT_PRIVATE_KEY_PATH; set JANUA_MASTER_KEY (or JWT_SECRET_KEY), so that \
             the signing key can be changed without losing it"
        );
        return RootSecret::from_bytes(&pem).map_err(|error| format!("JWT_PRIVATE_KEY_PATH={path}: {error}"));
    }
    generated_root(Path::new(&config.server.data_dir), random)
}

/// The embedded default keeps a secret of its own beside the database, readable by its owner only.
fn generated_root(folder: &Path, random: &Random) -> Result<RootSecret, String> {
    let path = folder.join("master.key");
    let failed = |error: std::io::Error| format!("{} cannot be used: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    match create_private(&path, &hex::encode(random.bytes::<32>())) {
        Ok(()) => tracing::info!(path = %path.display(), "a master key was generated"),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    RootSecret::from_bytes(text.trim().as_bytes()).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes beside and links into place, so that another process never reads half a key.
fn create_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    if path.exists() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn the_setting_is_read_as_parts_and_as_a_whole() {
        let (a, b) = ("a".repeat(32), "b".repeat(32));
        assert_eq!(candidates(&a), std::slice::from_ref(&a));
        let both = format!("{a}, {b}");
        assert_eq!(candidates(&both), [a, b, both.clone()]);
        let comma = format!("x,{}", "c".repeat(40));
        assert_eq!(candidates(&comma), ["c".repeat(40), comma.clone()]);
    }
}
