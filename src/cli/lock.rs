//! `claude-guard lock`: approvals that a team signs and keeps in the repository.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use jiff::{Timestamp, Unit};

use super::trusted::{self, Consent, Current, Repository};
use super::{Exit, terminal};
use crate::report;
use crate::trust::pins::{self, Pins, format::Pin, sign::Signer, write};
use crate::trust::{self, TrustState};

/// Approvals that a team signs and keeps in the repository (`.claude-guard/pins`).
#[derive(Debug, Args)]
pub(super) struct Lock {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Bring the pins up to date with the files, unsigned.
    Write(Write),
    /// Sign the pins that nobody has signed.
    Sign(Sign),
    /// Tell whether the signed pins cover the repository as it is.
    Check(Check),
}

#[derive(Debug, Args)]
struct Write {
    #[command(flatten)]
    repository: Repository,

    /// Also remove lists of entries that others took the place of. Best done on the main branch, alone.
    #[arg(long)]
    prune: bool,
}

#[derive(Debug, Args)]
struct Sign {
    #[command(flatten)]
    repository: Repository,

    /// An OpenSSH private key, or the public key of one that ssh-agent holds.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// Who you are, as the allowed signers name you.
    #[arg(long = "as", value_name = "PRINCIPAL")]
    principal: String,

    /// Do not ask: sign for exactly the state with this digest (`verify` prints it).
    #[arg(long, value_name = "DIGEST")]
    yes: Option<String>,
}

#[derive(Debug, Args)]
struct Check {
    #[command(flatten)]
    repository: Repository,

    /// Look at this commit instead of the files.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

impl Lock {
    pub(super) fn run(&self) -> anyhow::Result<Exit> {
        match &self.verb {
            Verb::Write(verb) => verb.run(),
            Verb::Sign(verb) => verb.run(),
            Verb::Check(verb) => verb.run(),
        }
    }
}

impl Write {
    fn run(&self) -> anyhow::Result<Exit> {
        let current = match Current::read(&self.repository.path, None) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        if let Some(exit) = incomplete(&current)? {
            return Ok(exit);
        }
        let folder = folder(&current)?;
        let pins = Pins::read(current.tree());
        let plan = write::plan(
            &pins,
            &current.closure,
            current.identity.as_str(),
            now(),
            self.prune,
        );
        let local = current.closure.entries.iter().filter(|entry| entry.local).count();
        if local > 0 {
            let text = format!(
                "{local} entries are of files that git does not track: `git add` them first to pin them\n"
            );
            terminal::print(text.as_bytes())?;
        }
        if plan.is_empty() {
            terminal::print(b"the pins say what is there\n")?;
            return Ok(Exit::Ok);
        }
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for file in &plan.remove {
            let path = folder.join(file);
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        for (file, pin) in &plan.write {
            save(&folder, file, pin)?;
        }
        let (new, gone) = (plan.write.len(), plan.remove.len());
        let text = format!(
            "{new} to sign, {gone} removed in {}: look at them, then `claude-guard lock sign`\n",
            pins::FOLDER
        );
        terminal::print(text.as_bytes())?;
        Ok(Exit::Ok)
    }
}

impl Sign {
    fn run(&self) -> anyhow::Result<Exit> {
        let current = match Current::read(&self.repository.path, None) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        if let Some(exit) = incomplete(&current)? {
            return Ok(exit);
        }
        let folder = folder(&current)?;
        let mut pins = Pins::read(current.tree());
        if !write::plan(&pins, &current.closure, current.identity.as_str(), now(), false).is_empty() {
            bail!(
                "the pins do not say what is there now: run `claude-guard lock write`, look at what it wrote, then sign"
            );
        }
        let unsigned = pins.pins.iter_mut().filter(|(_, pin)| pin.signature.is_none());
        let unsigned: Vec<&mut (String, Pin)> = unsigned.collect();
        if unsigned.is_empty() {
            terminal::print(b"every pin is signed\n")?;
            return Ok(Exit::Ok);
        }
        let mut out = BufWriter::new(io::stdout().lock());
        for (_, pin) in &unsigned {
            let what = match &pin.entry {
                Some(entry) => format!("{}  {}", entry.digest.get(..12).unwrap_or_default(), entry.id),
                None => format!(
                    "index of {} entries",
                    pin.index.as_ref().map_or(0, |index| index.ids.len())
                ),
            };
            writeln!(out, "  {}", report::escape::terminal(&what))?;
        }
        out.flush()?;
        drop(out);
        let question = format!(
            "Sign {} pins as {}?",
            unsigned.len(),
            report::escape::terminal(&self.principal)
        );
        match trusted::consent(self.yes.as_deref(), &current.closure.digest().hex(), &question) {
            Consent::Refused(exit) => return Ok(exit),
            Consent::Given => {}
        }
        let signer = Signer::open(&self.key, super::signers::agent_socket().as_deref())?;
        let count = unsigned.len();
        for (file, pin) in unsigned {
            write::sign(pin, &signer, &self.principal, now())?;
            save(&folder, file, pin)?;
        }
        terminal::print(format!("signed {count}\n").as_bytes())?;
        Ok(Exit::Ok)
    }
}

impl Check {
    fn run(&self) -> anyhow::Result<Exit> {
        let store = self.repository.store.open()?;
        let current = match Current::read(&self.repository.path, self.rev.as_deref()) {
            Ok(current) => current,
            Err(exit) => return Ok(exit),
        };
        let pins = Pins::read(current.tree());
        let judged = self.repository.signers.judge(&store, &current.seen(), &pins)?;
        let approved: Vec<_> = judged.state.into_iter().collect();
        let mut verification = trust::verify(&current.closure, false, &approved);
        verification.notes.extend(super::signers::notes(&judged.refused));
        if pins.is_empty() {
            verification
                .notes
                .push(format!("there are no pins in {}", pins::FOLDER));
        }
        let mut out = BufWriter::new(io::stdout().lock());
        report::trust::text(&verification, &terminal::style(false, false), &mut out)?;
        out.flush()?;
        Ok(match verification.state {
            TrustState::Approved => Exit::Ok,
            _ if !verification.complete => Exit::Incomplete,
            _ => Exit::No,
        })
    }
}

fn incomplete(current: &Current) -> anyhow::Result<Option<Exit>> {
    if current.closure.is_complete() {
        return Ok(None);
    }
    report::trust::gaps(&current.closure.gaps, &mut anstream::stderr().lock())?;
    Ok(Some(Exit::Incomplete))
}

/// The folder of pins in the work tree. A link on the way could lead anywhere.
fn folder(current: &Current) -> anyhow::Result<PathBuf> {
    let mut folder = current.opened.root().to_owned();
    for part in pins::FOLDER.split('/') {
        folder.push(part);
        if folder.symlink_metadata().is_ok_and(|meta| !meta.is_dir()) {
            bail!(
                "{} is no folder: pins are not written through links",
                folder.display()
            );
        }
    }
    Ok(folder)
}

fn save(folder: &Path, file: &str, pin: &Pin) -> anyhow::Result<()> {
    let path = folder.join(file);
    let mut out = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    out.write_all(pin.to_toml()?.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        out.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    out.persist(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Whole seconds: what is signed is read by people.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now)
}
