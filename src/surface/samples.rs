//! Folders of test data, samples and templates.

const NAMES: &str = include_str!("../../surface/sample-folders.txt");

/// Whether a folder called `name` holds test data, samples or templates.
pub(super) fn is_sample_folder(name: &str) -> bool {
    let placeholder = [
        ("{{", "}}"),
        ("<%", "%>"),
        ("${", "}"),
        ("{%", "%}"),
        ("[[", "]]"),
        ("<", ">"),
    ]
    .iter()
    .any(|(open, close)| name.contains(open) && name.contains(close));
    let dunder = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
    let lowered = name.to_lowercase();
    placeholder
        || dunder
        || NAMES
            .lines()
            .any(|line| !line.starts_with('#') && line.trim() == lowered && !lowered.is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_sample_folder;

    #[test]
    fn names_and_placeholders() {
        for name in [
            "fixtures",
            "Templates",
            "{{cookiecutter.name}}",
            "__project__",
            "<name>",
        ] {
            assert!(is_sample_folder(name), "{name}");
        }
        for name in ["src", "packages", "", "web"] {
            assert!(!is_sample_folder(name), "{name}");
        }
    }
}
