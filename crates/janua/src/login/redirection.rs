//! Where somebody may be sent after a sign-in: our own pages and those of known origins, nowhere else.

use reqwest::Url;

use crate::app::App;
use crate::error::{Code, Invalid};

/// An address that was found to be ours or of a known origin.
#[derive(Debug)]
pub struct Target(String);

impl Target {
    /// The address in full.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an address or a path as a browser would.
    ///
    /// # Errors
    /// `INVALID_FIELD` for other origins and whatever is no page: `//evil`, `javascript:`, an address with a user in it.
    pub fn parse(app: &App, text: &str) -> Result<Self, Invalid> {
        read(app, text).map(Self)
    }
}

fn read(app: &App, text: &str) -> Result<String, Invalid> {
    let refused = || {
        Invalid::new(
            Code::InvalidField,
            "the address is neither ours nor of an origin in CORS_ORIGINS",
        )
    };
    let server = &app.config.server;
    let own = Url::parse(&server.base_url).map_err(|_| refused())?;
    if text.len() > 2000 || text.chars().any(|it| it.is_control() || it == '\\') {
        return Err(refused());
    }
    if !text.starts_with('/') && !text.contains("://") {
        return Err(refused());
    }
    let url = own.join(text).map_err(|_| refused())?;
    let origin = url.origin().ascii_serialization();
    let is_known = url.origin() == own.origin()
        || server
            .cors_origins
            .iter()
            .any(|it| it.trim_end_matches('/') == origin);
    if !is_known || !url.username().is_empty() || url.password().is_some() {
        return Err(refused());
    }
    Ok(url.into())
}
