//! Turns tables that people write as TOML into JSON, which a run reads in a fraction of the time.

use std::fs;
use std::path::Path;

/// Folders of tables; each file becomes `tables/STEM.json` of the output folder.
const FOLDERS: [&str; 3] = ["src/lang/apis", "surface/claude", "lang/hosts"];

/// Converts every table.
pub fn build(root: &Path, out: &Path) -> Result<(), String> {
    let tables = out.join("tables");
    fs::create_dir_all(&tables).map_err(|e| format!("{}: {e}", tables.display()))?;
    for folder in FOLDERS {
        let folder = root.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        let listed = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for file in listed.flatten().map(|entry| entry.path()) {
            if file.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            let fail = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
            let text = fs::read_to_string(&file).map_err(|e| fail(&e))?;
            let table: toml::Table = toml::from_str(&text).map_err(|e| fail(&e))?;
            let json = serde_json::to_string(&table).map_err(|e| fail(&e))?;
            let name = file.file_stem().unwrap_or_default();
            let target = tables.join(name).with_extension("json");
            fs::write(&target, json).map_err(|e| fail(&e))?;
        }
    }
    Ok(())
}
