//! What every request and job holds: the store, the keys, the clock, the configuration, the compiled rulebooks. One process
//! holds a data folder's lock; a second one is told so in words.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fs4::FileExt;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use stairgate_rulebook::{Compiled, Rulebook};
use tokio::sync::Notify;
use zeroize::Zeroizing;

use super::clock::{Instant, SharedClock};
use super::config::Config;
use super::error::{Error, Result};
use super::keys::{KeyError, KeySource, MasterKey, Sealer};
use super::mail::Mailer;
use super::settings;
use super::store::Store;

/// The house. Cheap to share behind an `Arc`.
pub struct House {
    /// The database.
    pub store: Store,
    /// The keys.
    pub keys: Keys,
    /// The clock.
    pub clock: SharedClock,
    /// The configuration.
    pub config: Config,
    /// The data folder.
    pub folder: PathBuf,
    /// Woken when a job was enqueued.
    pub jobs: Notify,
    /// How mail leaves.
    pub mailer: Mailer,
    rulebooks: Mutex<HashMap<String, Arc<Compiled>>>,
    installation: Arc<Compiled>,
    _lock: File,
}

impl House {
    /// Opens a data folder: takes its lock, finds its master key, brings its database up to date.
    pub async fn open(folder: &Path, mut config: Config, clock: SharedClock) -> Result<Self> {
        own_folder(folder)?;
        let lock = take_lock(folder)?;
        let master = master_key(folder, &config)?;
        let place = super::backup::Place { url: &config.database, folder, master: &master };
        super::backup::before_upgrade(&place, clock.now()).await?;
        let store = Store::open(&config.database, folder, &master.derive("postgres roles")).await?;
        let sealer = data_key(&store, &master).await?;
        // Sample data stay sample data, wherever a backup of them was put back.
        let tx = store.begin_read().await?;
        config.demo |= settings::all(&tx).await?.iter().any(|setting| setting.demo);
        drop(tx);
        std::fs::write(folder.join("sealed"), format!("{}\n", master.fingerprint()))
            .map_err(|err| Error::internal("the data folder", err))?;
        let installation = Rulebook::installation().compile().map_err(|err| Error::internal("rulebook", err))?;
        let mailer = config.mailer()?;
        Ok(Self {
            store,
            keys: Keys { master, sealer },
            clock,
            config,
            folder: folder.to_owned(),
            jobs: Notify::new(),
            mailer,
            rulebooks: Mutex::new(HashMap::new()),
            installation: Arc::new(installation),
            _lock: lock,
        })
    }

    /// The moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Makes a new key for what is sealed from now on; what was sealed before still opens with its own. The process must be
    /// started anew afterwards, since this one goes on with the key that it holds.
    pub async fn rotate_data_key(&self) -> Result<()> {
        let failed = |err| Error::internal("data key", err);
        let rotated = self.keys.sealer.rotated().map_err(failed)?;
        let wrapped = rotated.wrap(&self.keys.master).map_err(failed)?;
        let tx = self.store.begin_write().await?;
        installation::ActiveModel { name: Set(DATA_KEY.to_owned()), value: Set(wrapped) }.update(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// The rulebook in force in a setting, compiled once an edition; without a setting the installation's own.
    pub fn rulebook(&self, setting: Option<&settings::Model>) -> Result<Arc<Compiled>> {
        let Some(setting) = setting else { return Ok(self.installation.clone()) };
        let mut cache = self.rulebooks.lock().map_err(|err| Error::internal("rulebooks", err))?;
        if let Some(compiled) = cache.get(&setting.edition) {
            return Ok(compiled.clone());
        }
        let stored = serde_json::from_str(&setting.rulebook).map_err(|err| Error::internal("stored rulebook", err))?;
        let rulebook = Rulebook::from_stored(&stored).map_err(|err| Error::internal("stored rulebook", err))?;
        let compiled = Arc::new(rulebook.compile().map_err(|err| Error::internal("rulebook", err))?);
        // A release may bring new policies under the same choices: the cache goes by what is stored, the decision by what is compiled.
        cache.insert(setting.edition.clone(), compiled.clone());
        Ok(compiled)
    }
}

/// The master key and the key that seals rows.
pub struct Keys {
    master: MasterKey,
    sealer: Sealer,
}

impl Keys {
    /// Seals bytes for one purpose; only the same purpose opens them.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        self.sealer.seal(purpose, plain).map_err(|err| Error::internal("sealing", err))
    }
    /// Opens what [`Self::seal`] sealed.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.sealer.open(purpose, sealed).map(|plain| plain.to_vec()).map_err(|err| Error::internal("unsealing", err))
    }
    /// Sealing for one purpose, for what takes it as a function.
    pub fn sealing(&self, purpose: &'static str) -> impl Fn(&[u8]) -> Result<Vec<u8>, KeyError> + Send + Sync + '_ {
        move |plain| self.sealer.seal(purpose, plain)
    }
    /// Opening for one purpose, for what takes it as a function.
    pub fn opening(
        &self,
        purpose: &'static str,
    ) -> impl Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> + Send + Sync + '_ {
        move |sealed| self.sealer.open(purpose, sealed)
    }
    /// A key for one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.master.derive(purpose)
    }
    /// The master key, for backups and the recovery sheet.
    pub fn master(&self) -> &MasterKey {
        &self.master
    }
}

/// The master key of a data folder, found as the configuration says; made where the folder is new.
pub fn master_key(folder: &Path, config: &Config) -> Result<MasterKey> {
    key_of(folder, config, !folder.join("sealed").exists())
}

/// The master key of a data folder, where one must exist: to restore a backup, a new key would open nothing.
pub fn existing_master_key(folder: &Path, config: &Config) -> Result<MasterKey> {
    key_of(folder, config, false)
}

fn key_of(folder: &Path, config: &Config, is_new: bool) -> Result<MasterKey> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let source = KeySource {
        folder,
        is_new,
        key_file: config.master_key.as_deref(),
        credentials: credentials.as_deref(),
        passphrase_file: config.passphrase_file.as_deref(),
    };
    let (master, _origin) = source.load().map_err(|err| Error::Internal(err.to_string()))?;
    Ok(master)
}

/// Makes the data folder, open to its owner only.
pub fn own_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let cannot = |err| {
        Error::Internal(format!(
            "The data folder {} cannot be made ready: {err}. Nothing was started.",
            folder.display()
        ))
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(cannot)?;
    // Whoever made it may have left it open to others: it holds names in clear.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(cannot)
}

fn take_lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|err| Error::internal("the folder's lock", err))?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(_) => Err(Error::Internal(format!(
            "Another Stairgate is using {}. Nothing was changed. Stop that one first, or use another folder.",
            folder.display()
        ))),
    }
}

const DATA_KEY: &str = "data_key";

mod installation {
    //! Small values of the installation as a whole, by name.
    use super::*;
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "installation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: Vec<u8>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The key that seals rows, wrapped by the master key in the database; made on first use.
async fn data_key(store: &Store, master: &MasterKey) -> Result<Sealer> {
    let tx = store.begin_write().await?;
    if let Some(row) = installation::Entity::find_by_id(DATA_KEY).one(&tx).await? {
        return Sealer::unwrap(master, &row.value).map_err(|_| {
            Error::Internal("The master key is not the one with which these data were sealed. Nothing was changed. Put the right key back.".to_owned())
        });
    }
    let sealer = Sealer::generate().map_err(|err| Error::internal("data key", err))?;
    let wrapped = sealer.wrap(master).map_err(|err| Error::internal("data key", err))?;
    installation::ActiveModel { name: Set(DATA_KEY.to_owned()), value: Set(wrapped) }.insert(&tx).await?;
    tx.commit().await?;
    Ok(sealer)
}
