//! Odd entries of a folder: links, special files, names.

use crate::workspace::{Workspace, hook};

#[test]
fn a_path_that_is_no_folder_is_wrong_usage() {
    let workspace = Workspace::new();
    for name in ["nowhere", "sub/.claude/settings.json"] {
        let (code, stdout, stderr) = workspace.run_on(&workspace.path(name), &[]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(name) && stderr.lines().count() <= 3, "{stderr}");
    }
}

#[test]
fn an_empty_folder_is_clean() {
    let workspace = Workspace::new();
    std::fs::remove_dir_all(workspace.path("sub")).expect("removed");
    let scan = workspace.scan_with(&[]);
    assert_eq!((scan.code, &scan.json["verdict"]), (0, &"clean".into()));
}

#[test]
fn a_sub_folder_is_judged_with_what_acts_on_it_from_above() {
    let workspace = Workspace::new();
    workspace.write(".claude/settings.json", hook("echo from-above"));
    workspace.write("other/.claude/settings.json", hook("echo of-a-neighbour"));
    workspace.commit();
    let (_, stdout, stderr) = workspace.run_on(&workspace.path("sub"), &["--format", "json"]);
    assert!(
        stdout.contains("echo from-above") && stdout.contains("echo the-rest"),
        "{stdout}{stderr}"
    );
    assert!(
        stdout.contains("\"path\": \"../.claude/settings.json\""),
        "{stdout}"
    );
    assert!(!stdout.contains("echo of-a-neighbour"), "{stdout}");
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn links_in_circles_end() {
        // For the client such a file is not there either, so there is nothing to tell of it.
        let workspace = Workspace::new();
        workspace.write(".claude/keep", "");
        symlink("settings.json", workspace.path(".claude/settings.json")).expect("a link");
        symlink("..", workspace.path("sub/up")).expect("a link");
        symlink("b", workspace.path("a")).expect("a link");
        symlink("a", workspace.path("b")).expect("a link");
        let scan = workspace.scan();
        assert!(matches!(scan.code, 0 | 1), "exit {}", scan.code);
    }

    #[test]
    fn a_link_inside_is_read_and_one_that_leads_out_is_told_and_not_read() {
        let workspace = Workspace::new();
        workspace.write("shared/settings.json", hook("echo over-a-link"));
        let outside = Workspace::new();
        outside.write("settings.json", hook("echo from-outside"));
        workspace.write(".claude/keep", "");
        workspace.write("b/.claude/keep", "");
        symlink("../shared/settings.json", workspace.path(".claude/settings.json")).expect("a link");
        symlink(
            outside.path("settings.json"),
            workspace.path("b/.claude/settings.json"),
        )
        .expect("a link");
        let scan = workspace.scan();
        assert!(scan.runs("echo over-a-link"));
        assert!(!scan.runs("echo from-outside"));
        assert!(
            !scan.said_of("b/.claude/settings.json").is_empty(),
            "{}",
            scan.json
        );
    }

    #[test]
    fn fifos_and_sockets_are_told_and_never_opened() {
        let workspace = Workspace::new();
        workspace.write(".claude/keep", "");
        let fifo = workspace.path(".claude/settings.json");
        assert!(
            Command::new("mkfifo")
                .arg(&fifo)
                .status()
                .is_ok_and(|s| s.success())
        );
        let _socket = std::os::unix::net::UnixListener::bind(workspace.path(".mcp.json")).expect("a socket");
        let scan = workspace.scan();
        assert!(!scan.said_of(".claude/settings.json").is_empty(), "{}", scan.json);
        assert!(!scan.said_of(".mcp.json").is_empty(), "{}", scan.json);
        assert!(scan.code == 3 || scan.code == 1, "exit {}", scan.code);
    }

    #[test]
    fn an_unreadable_settings_file_is_told_with_exit_3() {
        let workspace = Workspace::new();
        workspace.write(".claude/settings.json", hook("echo hidden"));
        let file = workspace.path(".claude/settings.json");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("set");
        let everything_is_readable = fs::read(&file).is_ok();
        let scan = workspace.scan();
        if everything_is_readable {
            // For root no mode hides a file: then nothing may be lost either.
            assert!(scan.runs("echo hidden"));
            return;
        }
        assert_eq!(scan.code, 3);
        assert!(!scan.said_of(".claude/settings.json").is_empty());
    }

    #[test]
    fn names_cannot_speak_to_the_terminal() {
        let workspace = Workspace::new();
        for name in [
            "a\nclean  no findings\n",
            "b\u{1b}[2J\u{1b}]0;title\u{7}",
            "c\u{202e}nosj",
            "d\r",
        ] {
            workspace.write(
                &format!("{name}/.claude/settings.json"),
                hook("echo in-an-odd-place"),
            );
        }
        let odd = std::ffi::OsStr::from_bytes(b"e\xff\xfe");
        fs::create_dir_all(workspace.root().join(odd).join(".claude")).expect("folders");
        fs::write(
            workspace.root().join(odd).join(".claude/settings.json"),
            hook("echo not-utf8"),
        )
        .expect("a file");
        let scan = workspace.scan();
        let count = scan
            .rows("triggers")
            .filter(|t| t["what"].to_string().contains("in-an-odd-place"))
            .count();
        assert_eq!(count, 4, "{}", scan.json["triggers"]);
        assert!(scan.runs("echo not-utf8"), "{}", scan.json["triggers"]);
        let (_, stdout, stderr) = workspace.run(&["--persona", "auditor"]);
        for text in [stdout, stderr] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("clean  no findings")),
                "{text}"
            );
        }
    }
}
