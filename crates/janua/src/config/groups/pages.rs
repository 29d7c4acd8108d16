//! How the pages look, and where they may send people.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use crate::config::reader::Reader;
use crate::config::value::is_origin;

/// The largest logo in bytes.
const LARGEST_LOGO: usize = 256 * 1024;

/// WCAG 2.2, success criterion 1.4.3.
const LEAST_CONTRAST: f64 = 4.5;

/// The darkest ground that stands under light pages and the lightest one under dark pages, as in `assets/pages.css`.
const LIGHT_GROUND: Colour = Colour([0xee, 0xf3, 0xf1]);
const DARK_GROUND: Colour = Colour([0x25, 0x2d, 0x33]);

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
        let number = digits.bytes().all(|it| it.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| number)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// As style sheets write it.
    pub fn css(self) -> String {
        self.0.iter().fold("#".to_owned(), |mut text, it| {
            let _ = write!(text, "{it:02x}");
            text
        })
    }

    /// Relative luminance, as WCAG 2.2 defines it.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|it| {
            let part = f64::from(it) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour itself where it can be read on a dark ground, else the nearest tint of it that can.
    fn for_dark(self) -> Self {
        let tints = (0..=255_u16).map(|white| {
            Self(self.0.map(|it| {
                let mixed = (u16::from(it) * (255 - white) + 255 * white) / 255;
                u8::try_from(mixed).unwrap_or(u8::MAX)
            }))
        });
        let mut readable = tints.filter(|it| it.contrast(DARK_GROUND) >= LEAST_CONTRAST);
        readable.next().unwrap_or(Self([255; 3]))
    }
}

/// A picture that stands in place of ours.
#[derive(Clone, Debug)]
pub struct Logo {
    pub media_type: &'static str,
    pub bytes: Arc<[u8]>,
}

#[derive(Clone, Debug)]
pub struct Pages {
    /// On light and on dark pages.
    pub accent: Option<(Colour, Colour)>,
    pub logo: Option<Logo>,
    /// Each as a browser writes it.
    pub return_origins: Vec<String>,
}

impl Pages {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let light = r.optional("BRAND_ACCENT", "Colour of buttons and links on pages, as #rrggbb. It must be readable on light ground (contrast 4.5 to 1).");
        let dark = r.optional(
            "BRAND_ACCENT_DARK",
            "The same on dark pages; by default a tint of BRAND_ACCENT that can be read there.",
        );
        let logo: Option<String> = r.optional("BRAND_LOGO_FILE", "Picture that stands on pages in place of the logo of Janua: SVG, PNG, WebP or JPEG, at most 256 KiB.");
        let return_origins = r.get("RETURN_ORIGINS", Vec::<String>::new(), "Origins (scheme://host:port, separated by commas) that pages may send people back to, besides this server and CORS_ORIGINS.");
        for origin in &return_origins {
            if !is_origin(origin) || !origin.starts_with("http") {
                r.problem(
                    "RETURN_ORIGINS",
                    "must hold origins as browsers write them, such as https://app.example.com",
                );
            }
        }
        Self {
            accent: accent(r, light, dark),
            logo: logo.and_then(|it| read_logo(r, &it)),
            return_origins,
        }
    }
}

fn accent(r: &mut Reader<'_>, light: Option<String>, dark: Option<String>) -> Option<(Colour, Colour)> {
    let mut read = |name, text: Option<String>, ground: Colour| {
        let text = text?;
        match Colour::parse(&text) {
            None => r.problem(name, "must be a colour such as #0b6354"),
            Some(colour) if colour.contrast(ground) < LEAST_CONTRAST => {
                let found = colour.contrast(ground);
                r.problem(
                    name,
                    &format!(
                        "cannot be read on {}: its contrast is {found:.1} to 1 and must be 4.5 to 1",
                        ground.css()
                    ),
                );
            }
            Some(colour) => return Some(colour),
        }
        None
    };
    let light = read("BRAND_ACCENT", light, LIGHT_GROUND);
    let dark = read("BRAND_ACCENT_DARK", dark, DARK_GROUND);
    light.map(|it| (it, dark.unwrap_or_else(|| it.for_dark())))
}

fn read_logo(r: &mut Reader<'_>, path: &str) -> Option<Logo> {
    let kinds = [
        (".svg", "image/svg+xml"),
        (".png", "image/png"),
        (".webp", "image/webp"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
    ];
    let name = path.to_ascii_lowercase();
    let Some((_, media_type)) = kinds.into_iter().find(|(ending, _)| name.ends_with(ending)) else {
        r.problem("BRAND_LOGO_FILE", "must end in .svg, .png, .webp or .jpg");
        return None;
    };
    match std::fs::read(path) {
        Ok(bytes) if bytes.len() <= LARGEST_LOGO => Some(Logo {
            media_type,
            bytes: bytes.into(),
        }),
        Ok(_) => {
            r.problem("BRAND_LOGO_FILE", "is larger than 256 KiB");
            None
        }
        Err(error) => {
            r.problem("BRAND_LOGO_FILE", &format!("cannot be read: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_what_wcag_says() {
        let (black, white) = (Colour([0; 3]), Colour([255; 3]));
        assert!((black.contrast(white) - 21.0).abs() < 0.01);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(white) - 4.54).abs() < 0.01);
        for wrong in ["767676", "#76767", "#+12345", "#76767g", "red", "#7676767"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_colour_has_a_tint_for_the_dark() {
        for text in ["#000000", "#0b6354", "#7a0019", "#0000ff", "#ffffff"] {
            let tint = Colour::parse(text).unwrap().for_dark();
            assert!(
                tint.contrast(DARK_GROUND) >= LEAST_CONTRAST,
                "{text} {}",
                tint.css()
            );
        }
    }
}
