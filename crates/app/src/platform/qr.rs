//! QR codes as SVG without any style, so that the strict content policy holds: for second factors and certificates.

use qrcode::{Color, EcLevel, QrCode};

/// The white edge that readers need, in modules.
const QUIET: usize = 4;

/// The text cannot be a QR code: it is longer than about 2300 characters.
#[derive(Debug, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

/// The text as an SVG picture, always dark on white, named by `label` for people who do not see it.
pub fn svg(text: &str, label: &str) -> Result<String, TooLong> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let dark = rows(&code.to_colors(), width);
    let label = escaped(label);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         aria-label=\"{label}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{dark}\"/></svg>"
    ))
}

/// One rectangle for each run of dark modules in a row.
fn rows(colors: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                path += &format!("M{} {}h{len}v1h-{len}z", x + QUIET, y + QUIET, len = run.len());
            }
            x += run.len();
        }
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_corners_are_where_readers_look() {
        let svg = svg("https://nursery.local/", "Address").expect("fits");
        // Version 2: 25 modules and two edges of 4. The eyes are 7 modules wide.
        assert!(svg.contains("viewBox=\"0 0 33 33\""), "{svg}");
        assert!(svg.contains("M4 4h7v1h-7z") && svg.contains("M22 4h7v1h-7z") && svg.contains("M4 22h7v1h-7z"));
    }

    #[test]
    fn nothing_in_it_needs_an_exception_from_the_content_policy() {
        let svg = svg("a", "\"><script>alert(1)</script>").expect("fits");
        assert!(!svg.contains("style") && !svg.contains("<script"), "{svg}");
        assert!(svg.contains("aria-label=\"&quot;&gt;&lt;script&gt;"));
    }

    #[test]
    fn too_much_text_is_an_error() {
        assert!(svg(&"x".repeat(3000), "Too long").is_err());
    }
}
