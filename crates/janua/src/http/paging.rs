//! Pages of lists: `?page=1&per_page=20`.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{Code, Error, Result};

/// The most entries of a page.
const MOST: u32 = 100;

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct Paging {
    /// The page, from 1.
    #[param(minimum = 1)]
    pub page: u32,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    pub per_page: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            page: 1,
            per_page: 20,
        }
    }
}

impl Paging {
    /// The page that a query asks for beside other things.
    ///
    /// # Errors
    /// `INVALID_FIELD`.
    pub fn asked(page: Option<u32>, per_page: Option<u32>) -> Result<Self> {
        let usual = Self::default();
        let asked = Self {
            page: page.unwrap_or(usual.page),
            per_page: per_page.unwrap_or(usual.per_page),
        };
        asked.checked()
    }

    /// Refuses a page that cannot be.
    ///
    /// # Errors
    /// `INVALID_FIELD`.
    pub fn checked(self) -> Result<Self> {
        let refuse =
            |field: &str, text: String| Err(Error::new(Code::InvalidField).says(text).with("field", field));
        if self.page == 0 {
            return refuse("page", "page counts from 1".to_owned());
        }
        if self.per_page == 0 || self.per_page > MOST {
            return refuse("per_page", format!("per_page must be from 1 to {MOST}"));
        }
        Ok(self)
    }

    /// How many entries stand before this page.
    pub fn offset(self) -> i64 {
        (i64::from(self.page) - 1) * i64::from(self.per_page)
    }
}
