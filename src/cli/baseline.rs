//! Files of accepted findings: where they lie decides whether they count.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;

use super::inside;
use super::scan::Refused;
use crate::model::clock::Date;
use crate::model::{RepoPath, Tree};
use crate::repo::Opened;
use crate::scan::accept::{Baseline, Given, MOST_BYTES, OWN_FILE, Standing};

/// The files that speak about what is scanned: the one a person named, and the repository's own. `base`:
/// what the scanned commit is compared with. `pinned` tells whether a person has pinned these bytes.
///
/// # Errors
/// The file that was named cannot be read or is malformed.
pub(super) fn files(
    named: Option<&Path>,
    opened: &Opened,
    base: Option<&Opened>,
    pinned: &dyn Fn(&RepoPath, &[u8]) -> bool,
) -> Result<Vec<Given>, Refused> {
    let mut out = vec![];
    let place = named.and_then(|file| inside::place(opened.root(), file));
    if let Some(file) = named {
        out.push(given(file, place.as_ref(), base, pinned)?);
    }
    let own = RepoPath::new(OWN_FILE).unwrap_or_default();
    // What the change says of itself is told, whatever the base says.
    let bytes = whole(opened).read(&own, MOST_BYTES);
    if place.as_ref() != Some(&own)
        && let Ok(bytes) = bytes
        // A malformed one would count for nothing, as any other here.
        && let Ok(baseline) = Baseline::parse(&String::from_utf8_lossy(&bytes))
    {
        out.push(Given {
            name: OWN_FILE.to_owned(),
            baseline,
            standing: if pinned(&own, &bytes) {
                Standing::Counts
            } else {
                Standing::Told
            },
        });
    }
    Ok(out)
}

fn whole(opened: &Opened) -> &dyn Tree {
    opened.whole().unwrap_or_else(|| opened.tree())
}

fn given(
    file: &Path,
    place: Option<&RepoPath>,
    base: Option<&Opened>,
    pinned: &dyn Fn(&RepoPath, &[u8]) -> bool,
) -> Result<Given, Refused> {
    let name = file.display().to_string();
    let (bytes, standing) = match (place, base) {
        (Some(place), Some(base)) => {
            let bytes = whole(base).read(place, MOST_BYTES).map_err(|error| {
                Refused::usage(anyhow::anyhow!(
                    "`{name}` lies in the repository and its base has no such file ({error}): \
                     accepted findings come from the base, never from the change"
                ))
            })?;
            (bytes, Standing::Counts)
        }
        (place, _) => {
            let bytes = read(file).map_err(Refused::usage)?;
            let counts = place.is_none_or(|place| pinned(place, &bytes));
            (bytes, if counts { Standing::Counts } else { Standing::Told })
        }
    };
    let text = String::from_utf8(bytes).ok();
    let text = text
        .with_context(|| format!("`{name}` is not UTF-8"))
        .map_err(Refused::usage)?;
    let baseline = Baseline::parse(&text)
        .with_context(|| format!("`{name}` is no file of accepted findings"))
        .map_err(Refused::usage)?;
    Ok(Given {
        name,
        baseline,
        standing,
    })
}

/// A file of the person's own, up to the limit.
fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let context = || format!("cannot read `{}`", file.display());
    let opened = std::fs::File::open(file).with_context(context)?;
    let mut bytes = vec![];
    opened
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(context)?;
    if u64::try_from(bytes.len()).is_ok_and(|n| n > MOST_BYTES) {
        anyhow::bail!("`{}` is larger than {MOST_BYTES} bytes", file.display());
    }
    Ok(bytes)
}

/// Today, in UTC.
pub(super) fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Date::of_seconds(since.map_or(0, |d| d.as_secs()))
}
