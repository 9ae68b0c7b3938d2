//! Prepares the style sheet and scripts that the binary embeds: fetched, cut to what is used, named by content, compressed.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script through its environment and listens on its standard output"
)]

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::Hasher as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The components of govuk-frontend that no page uses: their rules are left out of the style sheet.
/// A test holds every class of every page against what is left.
const COMPONENTS_UNUSED: &[&str] = &[
    "accordion",
    "accordion-nav",
    "breadcrumbs",
    "character-count",
    "checkboxes",
    "clearfix",
    "cookie-banner",
    "drop-zone",
    "exit-this-page",
    "exit-this-page-hide-content",
    "exit-this-page-overlay",
    "feedback",
    "file-upload",
    "file-upload-button",
    "file-upload-wrapper",
    "generic-header",
    "header",
    "language-navigation",
    "link-image",
    "logo-dot",
    "pagination",
    "panel",
    "phase-banner",
    "select",
    "summary-card",
    "tabs",
    "task-list",
    "textarea",
];

/// Parts that show a crown, a crest or a licence that is not ours.
const PARTS_NOT_OURS: &[&str] = &["__copyright-logo", "__crown", "__licence"];

/// At-rules that carry a typeface which is not ours, or mend browsers that cannot run the service at all.
const AT_RULES_UNUSED: &[&str] = &[
    "@font-face",
    "@-moz-document",
    "screen\\0",
    "min-width:0\\0",
    "-ms-high-contrast:none",
];

const TYPEFACE_NOT_OURS: &str = "GDS Transport,arial,sans-serif";
const TYPEFACE: &str = "\"Helvetica Neue\",Arial,sans-serif";

/// Files that decide what is fetched.
const PACKAGE_FILES: &[&str] = &["package.json", "package-lock.json", ".npmrc"];

const NPM_MISSING: &str = "npm is needed to fetch the page components (govuk-frontend), and it could not be started. \
     Install it, on Debian with: apt-get install npm";

/// One embedded file, before it is written out.
struct Made {
    constant: &'static str,
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Made {
    /// The file's name with a hash of its content in it, so that it may be kept for ever by whoever fetched it.
    fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.bytes);
        format!("{}-{:016x}.{}", self.stem, hasher.finish(), self.extension)
    }
}

fn main() -> ExitCode {
    match make() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn make() -> Result<(), String> {
    let here = folder("CARGO_MANIFEST_DIR")?;
    let out = folder("OUT_DIR")?;
    for file in PACKAGE_FILES.iter().chain(&["assets", "build.rs"]) {
        println!("cargo::rerun-if-changed={file}");
    }
    let components = fetch(&here, &out)?;

    let theirs = prune(&without_comments(&read(
        &components.join("govuk-frontend.min.css"),
    )?))
    .replace(TYPEFACE_NOT_OURS, TYPEFACE);
    let ours = squeeze(&without_comments(&read(
        &here.join("assets/contactpoint.css"),
    )?));
    let style = made(
        "STYLESHEET",
        "contactpoint",
        "css",
        "text/css; charset=utf-8",
        format!("{theirs}{ours}"),
    );

    let script = without_source_map(&read(&components.join("govuk-frontend.min.js"))?);
    let components_script = made(
        "COMPONENTS_SCRIPT",
        "components",
        "js",
        "text/javascript; charset=utf-8",
        script,
    );

    let script = read(&here.join("assets/contactpoint.js"))?.replace(
        "./components.js",
        &format!("./{}", components_script.name()),
    );
    let own_script = made(
        "SCRIPT",
        "contactpoint",
        "js",
        "text/javascript; charset=utf-8",
        script,
    );

    let icon = made(
        "ICON",
        "icon",
        "svg",
        "image/svg+xml",
        read(&here.join("assets/icon.svg"))?,
    );
    write_table(&out, &[style, components_script, own_script, icon])
}

/// Gives the folder of govuk-frontend's built files, fetching the locked version first when neither the
/// crate's folder nor the build folder has it.
fn fetch(here: &Path, out: &Path) -> Result<PathBuf, String> {
    let inside = Path::new("node_modules/govuk-frontend/dist/govuk");
    let fetched = out.join("npm");
    let same_lock = read(&fetched.join("package-lock.json")).ok()
        == Some(read(&here.join("package-lock.json"))?);
    if same_lock
        && fetched
            .join(inside)
            .join("govuk-frontend.min.css")
            .is_file()
    {
        return Ok(fetched.join(inside));
    }
    fs::create_dir_all(&fetched)
        .map_err(|error| format!("cannot make {}: {error}", fetched.display()))?;
    for file in PACKAGE_FILES {
        fs::copy(here.join(file), fetched.join(file))
            .map_err(|error| format!("cannot copy {file}: {error}"))?;
    }
    let output = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
        ])
        .current_dir(&fetched)
        .output()
        .map_err(|error| format!("{NPM_MISSING} ({error})"))?;
    if output.status.success() {
        return Ok(fetched.join(inside));
    }
    // The copied lock file would otherwise say that the fetch is done.
    fs::remove_file(fetched.join("package-lock.json")).map_err(|error| error.to_string())?;
    Err(format!(
        "npm ci could not fetch govuk-frontend. Is the network reachable?\n{}",
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// Keeps the rules of a minified style sheet that can touch a page of ours.
fn prune(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((prelude, after)) = rest.split_once('{') {
        let (body, next) = split_block(after);
        rest = next;
        // A statement such as @charset ends in ; and belongs to no block.
        let prelude = prelude.rsplit(';').next().unwrap_or(prelude).trim();
        if AT_RULES_UNUSED
            .iter()
            .any(|unused| prelude.contains(unused))
        {
            continue;
        }
        let (prelude, body) = if prelude.starts_with("@media") || prelude.starts_with("@supports") {
            (prelude.to_owned(), prune(body))
        } else {
            (used_selectors(prelude), body.to_owned())
        };
        if !prelude.is_empty() && !body.is_empty() {
            kept.extend([prelude.as_str(), "{", body.as_str(), "}"]);
        }
    }
    kept
}

/// Splits behind the brace that closes the block whose opening brace has been read.
fn split_block(after: &str) -> (&str, &str) {
    let mut depth = 1_u32;
    for (at, character) in after.char_indices() {
        match character {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let (body, rest) = after.split_at_checked(at).unwrap_or((after, ""));
            return (body, rest.strip_prefix('}').unwrap_or(rest));
        }
    }
    (after, "")
}

/// The selectors of a rule that name no unused component.
fn used_selectors(selectors: &str) -> String {
    let used: Vec<&str> = selectors
        .split(',')
        .filter(|selector| !is_unused(selector))
        .collect();
    used.join(",")
}

fn is_unused(selector: &str) -> bool {
    PARTS_NOT_OURS.iter().any(|part| selector.contains(part))
        || selector
            .split(".govuk-")
            .skip(1)
            .any(|class| COMPONENTS_UNUSED.contains(&block_of(class)))
}

/// The block of a class in block__element--modifier form.
fn block_of(class: &str) -> &str {
    let name = class
        .split(|character: char| !character.is_ascii_alphanumeric() && !"-_".contains(character))
        .next();
    let block = name
        .and_then(|name| name.split("__").next())
        .and_then(|name| name.split("--").next());
    block.unwrap_or(class)
}

fn without_comments(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Our own style sheet without its line ends and indentation.
fn squeeze(css: &str) -> String {
    css.lines().map(str::trim).collect::<Vec<_>>().join("")
}

fn without_source_map(script: &str) -> String {
    script
        .split_once("//# sourceMappingURL")
        .map_or(script, |(before, _)| before)
        .to_owned()
}

fn made(
    constant: &'static str,
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    text: String,
) -> Made {
    Made {
        constant,
        stem,
        extension,
        content_type,
        bytes: text.into_bytes(),
    }
}

/// Writes each file twice, plain and compressed, and the Rust table that embeds them.
fn write_table(out: &Path, files: &[Made]) -> Result<(), String> {
    let mut constants = String::new();
    let mut rows = String::new();
    for file in files {
        let name = file.name();
        let compressed =
            compress(&file.bytes).map_err(|error| format!("cannot compress {name}: {error}"))?;
        write_file(&out.join(&name), &file.bytes)?;
        write_file(&out.join(format!("{name}.gz")), &compressed)?;
        let (constant, content_type) = (file.constant, file.content_type);
        let embed = |suffix: &str| {
            format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{suffix}\"))")
        };
        writeln!(
            constants,
            "/// Where this asset is served.\npub const {constant}: &str = \"/assets/{name}\";"
        )
        .map_err(|error| error.to_string())?;
        writeln!(
            rows,
            "    Asset {{ path: {constant}, content_type: \"{content_type}\", bytes: {}, gzipped: {} }},",
            embed(""),
            embed(".gz")
        )
        .map_err(|error| error.to_string())?;
    }
    let table = format!(
        "{constants}\n/// Every embedded asset.\npub static ASSETS: &[Asset] = &[\n{rows}];\n"
    );
    write_file(&out.join("assets.rs"), table.as_bytes())
}

fn compress(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn folder(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("cargo did not set {variable}"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
