//! Where the directory is and how it is served: the command line first, then the environment, then a file, then the usual.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use store::{Location, Options, Refiled, Store};

use crate::clock;
use crate::command::Stop;
use crate::command::say::{grouped, note};

/// From how many records on filing them anew takes long enough to be told of.
const FILED_ANEW_RECORDS_MIN: u64 = 20_000;
/// After how many records it is told again: a whole number of the store's batches.
const FILED_ANEW_STEP_RECORDS: u64 = 200 * 1_024;

/// Where the data folder is when nobody says.
const DATA: &str = "contactpoint-data";
/// The embedded database in the data folder.
const DATABASE: &str = "contactpoint.db";
/// The key ring in the data folder, when it is not kept elsewhere.
const KEY_RING: &str = "ring";
/// The file that marks a data folder as a practice directory.
const PRACTICE: &str = "practice";
/// Where pages are served when nobody says.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The most bytes of a configuration file.
const CONFIG_BYTES_MAX: u64 = 65_536;

/// What every command can be told about where the directory is.
#[derive(Args, Debug, Default)]
pub struct Whereabouts {
    /// The data folder: the embedded database, and the key ring unless it is kept elsewhere
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The file of the key ring; keep it apart from the database and its backups
    #[arg(long, global = true, value_name = "FILE")]
    pub key_ring: Option<PathBuf>,
    /// A PostgreSQL server to use in place of the embedded database
    #[arg(long, global = true, value_name = "URL")]
    pub postgres: Option<String>,
    /// A TOML file with any of: data, key-ring, postgres, listen, public-url, tls-cert, tls-key, trusted-proxy, supply-file-bytes-max, supply-free-bytes-min, local-manager
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What was decided.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// The file of the key ring.
    pub key_ring: PathBuf,
    /// Where the database is.
    pub location: Location,
    /// Where pages are served.
    pub listen: SocketAddr,
    /// The address under which suppliers' programs know this directory; where pages are served when nobody says.
    pub public_url: Option<String>,
    /// The certificate by which the server proves who it is, and its key, both PEM files.
    pub tls: (Option<PathBuf>, Option<PathBuf>),
    /// The proxy whose word on the client's address is taken.
    pub trusted_proxy: Option<IpAddr>,
    /// The largest file that suppliers' programs may send, unpacked, in bytes.
    pub supply_file_bytes_max: Option<u64>,
    /// How much of the disk stays free, whatever they send, in bytes.
    pub supply_free_bytes_min: Option<u64>,
    /// Whom practitioners ask when the directory may not answer.
    pub local_manager: Contact,
}

/// How to reach the local manager's team.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contact {
    /// The team's name.
    #[serde(default)]
    pub team: String,
    /// To ring.
    #[serde(default)]
    pub telephone: String,
    /// To write to.
    #[serde(default)]
    pub email: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    data: Option<PathBuf>,
    key_ring: Option<PathBuf>,
    postgres: Option<String>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    trusted_proxy: Option<IpAddr>,
    supply_file_bytes_max: Option<u64>,
    supply_free_bytes_min: Option<u64>,
    local_manager: Option<Contact>,
}

impl Config {
    /// Decides, from the command line, the environment (`CONTACTPOINT_DATA` and so on), the file, and what is usual.
    ///
    /// # Errors
    /// [`Stop::Usage`] when the file or a variable cannot be understood.
    pub fn of(told: &Whereabouts) -> Result<Config, Stop> {
        let path = told
            .config
            .clone()
            .or_else(|| variable("CONFIG").map(PathBuf::from));
        let file = path.as_deref().map(read).transpose()?.unwrap_or_default();
        let known = |told: Option<PathBuf>, name, filed| {
            told.or_else(|| variable(name).map(PathBuf::from)).or(filed)
        };
        let data =
            known(told.data.clone(), "DATA", file.data).unwrap_or_else(|| PathBuf::from(DATA));
        let key_ring = known(told.key_ring.clone(), "KEY_RING", file.key_ring)
            .unwrap_or_else(|| data.join(KEY_RING));
        let postgres = told
            .postgres
            .clone()
            .or_else(|| variable("POSTGRES"))
            .or(file.postgres);
        let location =
            postgres.map_or_else(|| Location::Sqlite(data.join(DATABASE)), Location::Postgres);
        Ok(Config {
            data,
            key_ring,
            location,
            listen: parsed("LISTEN")?.or(file.listen).unwrap_or(LISTEN),
            public_url: variable("PUBLIC_URL").or(file.public_url),
            tls: (
                known(None, "TLS_CERT", file.tls_cert),
                known(None, "TLS_KEY", file.tls_key),
            ),
            trusted_proxy: parsed("TRUSTED_PROXY")?.or(file.trusted_proxy),
            supply_file_bytes_max: parsed("SUPPLY_FILE_BYTES_MAX")?.or(file.supply_file_bytes_max),
            supply_free_bytes_min: parsed("SUPPLY_FREE_BYTES_MIN")?.or(file.supply_free_bytes_min),
            local_manager: file.local_manager.unwrap_or_default(),
        })
    }

    /// The same, with everything in another folder: for a directory that is being made.
    pub fn within(&self, data: &Path) -> Config {
        Config {
            data: data.to_owned(),
            key_ring: data.join(KEY_RING),
            location: Location::Sqlite(data.join(DATABASE)),
            ..self.clone()
        }
    }

    /// Opens the directory that is there.
    ///
    /// # Errors
    /// [`Stop::Failed`] when there is none, or it cannot be opened.
    pub fn open(&self) -> Result<Store, Stop> {
        if let Location::Sqlite(file) = &self.location
            && !file.exists()
        {
            return Err(Stop::Failed(format!(
                "there is no directory in {}. Name its folder with --data, or begin one with: contactpoint reference load",
                self.data.display()
            )));
        }
        self.begin()
    }

    /// Opens the directory, and makes an empty one when there is none.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot be made or opened.
    pub fn begin(&self) -> Result<Store, Stop> {
        make_private(&self.data)?;
        let options = Options {
            location: self.location.clone(),
            key_ring: self.key_ring.clone(),
            entropy: clock::entropy,
        };
        Store::open_telling(options, &mut filed_anew).map_err(|error| self.unopened(&error))
    }

    fn unopened(&self, error: &store::Error) -> Stop {
        let what_to_do = match error {
            store::Error::KeyRing(_) => format!(
                " The file is {}. Say where it is with --key-ring, or put its newest backup there: without it nothing can be read.",
                self.key_ring.display()
            ),
            _ => String::new(),
        };
        Stop::Failed(format!(
            "the directory cannot be opened, and nothing was changed: {error}.{what_to_do}"
        ))
    }

    /// Whether everybody in this directory is synthetic, and its secrets are for anybody who practises.
    pub fn is_practice(&self) -> bool {
        self.data.join(PRACTICE).is_file()
    }

    /// Marks the data folder as a practice directory, making it when it is not there.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot be written.
    pub fn mark_practice(&self) -> Result<(), Stop> {
        make_private(&self.data)?;
        let text = "Every child, carer and practitioner in this directory is synthetic. Never load anybody real.\n";
        std::fs::write(self.data.join(PRACTICE), text)
            .map_err(|error| unwritten(&self.data, &error))
    }
}

/// By which words this program is started again.
pub fn program() -> String {
    std::env::args_os().next().map_or_else(
        || "contactpoint".to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}

/// The file of this program, to be run as another process.
///
/// # Errors
/// What the system says when it cannot tell.
pub fn executable() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// Says how far an update is that files every record of a large directory anew: it takes minutes, and nobody is served meanwhile.
fn filed_anew(so_far: Refiled) {
    let is_large = so_far.of >= FILED_ANEW_RECORDS_MIN;
    let is_due = so_far.filed.is_multiple_of(FILED_ANEW_STEP_RECORDS) || so_far.filed == so_far.of;
    if is_large && is_due {
        note(format_args!(
            "An update files every record anew: {} of {}. Nothing is served until all are.",
            grouped(so_far.filed),
            grouped(so_far.of)
        ));
    }
}

/// Makes a folder that only its owner can read.
fn make_private(folder: &Path) -> Result<(), Stop> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|error| unwritten(folder, &error))
}

fn unwritten(folder: &Path, error: &std::io::Error) -> Stop {
    Stop::Failed(format!(
        "the folder {} cannot be written: {error}",
        folder.display()
    ))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the environment is read here and nowhere else"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(format!("CONTACTPOINT_{name}"))
        .ok()
        .filter(|value| !value.is_empty())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> Result<Option<T>, Stop> {
    let wrong = |error| Stop::Usage(format!("CONTACTPOINT_{name} cannot be understood: {error}"));
    variable(name)
        .map(|value| value.parse().map_err(wrong))
        .transpose()
}

fn read(path: &Path) -> Result<File, Stop> {
    let unread = |error: &dyn std::fmt::Display| {
        Stop::Usage(format!(
            "the configuration {} cannot be used: {error}",
            path.display()
        ))
    };
    let length = std::fs::metadata(path)
        .map_err(|error| unread(&error))?
        .len();
    if length > CONFIG_BYTES_MAX {
        return Err(unread(&format!(
            "it is longer than {CONFIG_BYTES_MAX} bytes"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unread(&error))?;
    // A parser's message repeats the line, which may hold the password of a database.
    toml::from_str(&text).map_err(|error| unread(&error.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(config: &Path) -> Whereabouts {
        Whereabouts {
            config: Some(config.to_owned()),
            ..Whereabouts::default()
        }
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.toml");
        std::fs::write(
            &file,
            "data = \"/a\"\nlisten = \"127.0.0.1:9\"\n[local-manager]\nteam = \"T\"\n",
        )
        .unwrap();
        let config = Config::of(&told(&file)).unwrap();
        assert_eq!(
            (config.data.as_path(), config.key_ring.as_path()),
            (Path::new("/a"), Path::new("/a/ring"))
        );
        assert_eq!(
            (config.listen.port(), config.local_manager.team.as_str()),
            (9, "T")
        );
        let config = Config::of(&Whereabouts {
            data: Some("/b".into()),
            ..told(&file)
        })
        .unwrap();
        assert_eq!(
            config.location,
            Location::Sqlite("/b/contactpoint.db".into())
        );
    }

    #[test]
    fn an_operator_says_how_large_a_file_may_be_and_how_much_stays_free() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.toml");
        let said = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let config = Config::of(&told(&file));
            config.map(|it| (it.supply_file_bytes_max, it.supply_free_bytes_min))
        };
        let both = "supply-file-bytes-max = 17179869184\nsupply-free-bytes-min = 5368709120\n";
        let (file_max, free_min) = said(both).unwrap();
        assert_eq!((file_max, free_min), (Some(16 << 30), Some(5 << 30)));
        assert_eq!(said("").unwrap(), (None, None));
        for wrong in ["-1", "\"4 GiB\"", "1.5"] {
            let refused = said(&format!("supply-file-bytes-max = {wrong}\n"));
            assert!(matches!(refused, Err(Stop::Usage(_))), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name_and_no_secret_is_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.toml");
        std::fs::write(
            &file,
            "postgres = \"postgres://u:secret@h/d\"\nlisen = \"127.0.0.1:9\"\n",
        )
        .unwrap();
        let Err(Stop::Usage(message)) = Config::of(&told(&file)) else {
            panic!("refused")
        };
        assert!(
            message.contains("lisen") && !message.contains("secret"),
            "{message}"
        );
    }
}
