//! One loose object: a zlib stream of `kind size NUL content`.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use flate2::read::ZlibDecoder;
use git2::{ObjectType, Oid};

/// Bytes of the longest header: a kind, a blank and a 64-bit number.
const HEADER: u64 = 32;

type Inflating = BufReader<ZlibDecoder<File>>;

/// Kind and size of the content.
pub(super) fn header(file: File) -> Result<(ObjectType, u64), String> {
    start(&mut BufReader::new(ZlibDecoder::new(file)))
}

/// The content, if it has the size its header says and the hash `id`.
pub(super) fn read(file: File, id: Oid) -> Result<Vec<u8>, String> {
    let mut stream = BufReader::new(ZlibDecoder::new(file));
    let (kind, size) = start(&mut stream)?;
    let mut bytes = vec![];
    stream
        .take(size.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| damaged(&e))?;
    if u64::try_from(bytes.len()) != Ok(size) {
        return Err("its file is truncated".to_owned());
    }
    match Oid::hash_object(kind, &bytes) {
        Ok(hash) if hash == id => Ok(bytes),
        _ => Err("its content does not have this id".to_owned()),
    }
}

fn start(stream: &mut Inflating) -> Result<(ObjectType, u64), String> {
    let mut header = vec![];
    let found = stream
        .take(HEADER)
        .read_until(0, &mut header)
        .map_err(|e| damaged(&e));
    found?;
    let text = header
        .strip_suffix(b"\0")
        .and_then(|h| std::str::from_utf8(h).ok());
    text.and_then(|text| text.split_once(' '))
        .and_then(|(kind, size)| Some((ObjectType::from_str(kind)?, size.parse().ok()?)))
        .ok_or_else(|| "its file is truncated or no object".to_owned())
}

fn damaged(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        "its file is truncated".to_owned()
    } else {
        format!("its file is damaged ({error})")
    }
}
