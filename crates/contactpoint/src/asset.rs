//! The style sheet, scripts and icon that the binary carries, each under a name that changes with its content.

/// How long a browser may keep an asset: for ever, since its name holds a hash of its content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// One file served at `/assets/…`.
pub struct Asset {
    /// The whole path it is served at.
    pub path: &'static str,
    /// The media type to send.
    pub content_type: &'static str,
    /// The file as it is.
    pub bytes: &'static [u8],
    /// The same, compressed with gzip, for `Content-Encoding: gzip`.
    pub gzipped: &'static [u8],
}

/// The asset served at this path, if there is one.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_whole_path_only() {
        assert!(find(STYLESHEET).is_some_and(|asset| asset.content_type.starts_with("text/css")));
        assert!(find("/assets/contactpoint.css").is_none());
        assert!(find("/assets/../Cargo.toml").is_none());
    }

    #[test]
    fn no_asset_carries_the_crown_or_the_typeface_of_government() {
        for asset in ASSETS {
            let text = String::from_utf8_lossy(asset.bytes);
            for not_ours in ["@font-face", "GDS Transport", "crest", "copyright-logo"] {
                assert!(!text.contains(not_ours), "{} holds {not_ours}", asset.path);
            }
        }
    }

    #[test]
    fn no_asset_reaches_for_another_host_or_for_inline_data() {
        for asset in ASSETS.iter().filter(|asset| asset.path != ICON) {
            let text = String::from_utf8_lossy(asset.bytes);
            for outside in ["url(", "data:", "//# source", "@import"] {
                assert!(!text.contains(outside), "{} holds {outside}", asset.path);
            }
        }
    }

    #[test]
    fn the_script_imports_the_components_under_their_hashed_name() {
        let name = COMPONENTS_SCRIPT.trim_start_matches("/assets/");
        let script = find(SCRIPT)
            .map(|asset| String::from_utf8_lossy(asset.bytes))
            .unwrap();
        assert!(script.contains(&format!("./{name}")));
        assert!(!script.contains("./components.js"));
    }

    #[test]
    fn all_assets_together_leave_room_for_the_page_in_fifty_kilobytes() {
        let together: usize = ASSETS.iter().map(|asset| asset.gzipped.len()).sum();
        assert!(together < 32_000, "{together} bytes compressed");
    }
}
