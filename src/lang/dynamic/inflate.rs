//! DEFLATE (RFC 1951) with its zlib and gzip wrappers, bounded: for constants that scripts unpack.
//!
//! Checksums are not compared: what a script would run is of interest even where it is cut short.

/// Unpacks zlib, gzip or raw DEFLATE data, at most `limit` bytes. `None` where it is none of these
/// or longer than that.
#[must_use]
pub fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    match data {
        [0x1f, 0x8b, 8, flags, ..] => raw(data.get(gzip_header(data, *flags)?..)?, limit),
        [0x78, flags, rest @ ..] if (0x7800 + u32::from(*flags)) % 31 == 0 => raw(rest, limit),
        _ => raw(data, limit),
    }
}

fn gzip_header(data: &[u8], flags: u8) -> Option<usize> {
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(*data.get(at)?) + (usize::from(*data.get(at + 1)?) << 8);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += data.get(at..)?.iter().position(|b| *b == 0)? + 1;
        }
    }
    Some(if flags & 2 != 0 { at + 2 } else { at })
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for i in 0..count {
            let byte = *self.data.get(self.at >> 3)?;
            value |= usize::from(byte >> (self.at & 7) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }
}

/// A canonical Huffman code: how many codes of each length, and the symbols in order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        for length in lengths {
            counts[*length & 15] += 1;
        }
        counts[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|s| lengths[*s] > 0).collect();
        symbols.sort_by_key(|s| (lengths[*s], *s));
        Self { counts, symbols }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get(index + code.checked_sub(first)?).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

fn raw(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { data, at: 0 };
    let mut out = vec![];
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, limit)?,
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                block(&mut bits, &mut out, limit, &Code::new(&lengths), &Code::new(&[5; 30]))?;
            }
            2 => {
                let (literals, distances) = codes(&mut bits)?;
                block(&mut bits, &mut out, limit, &literals, &distances)?;
            }
            _ => return None,
        }
        if last {
            return Some(out);
        }
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, limit: usize) -> Option<()> {
    let at = bits.at.div_ceil(8);
    let header = bits.data.get(at..at + 4)?;
    let length = usize::from(header[0]) | usize::from(header[1]) << 8;
    out.extend_from_slice(bits.data.get(at + 4..at + 4 + length)?);
    bits.at = (at + 4 + length) * 8;
    (out.len() <= limit).then_some(())
}

fn codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = bits.take(5)? + 257;
    let distances = bits.take(5)? + 1;
    let count = bits.take(4)? + 4;
    let mut lengths = [0; 19];
    for place in ORDER.iter().take(count) {
        lengths[*place] = bits.take(3)?;
    }
    let code = Code::new(&lengths);
    let mut all: Vec<usize> = vec![];
    while all.len() < literals + distances {
        match code.symbol(bits)? {
            16 => {
                let last = *all.last()?;
                let times = 3 + bits.take(2)?;
                all.extend(std::iter::repeat_n(last, times));
            }
            17 => all.extend(std::iter::repeat_n(0, 3 + bits.take(3)?)),
            18 => all.extend(std::iter::repeat_n(0, 11 + bits.take(7)?)),
            length => all.push(length),
        }
    }
    let rest = all.get(literals..literals + distances)?.to_vec();
    all.truncate(literals);
    Some((Code::new(&all), Code::new(&rest)))
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, limit: usize, literals: &Code, distances: &Code) -> Option<()> {
    const LENGTHS: [usize; 29] = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
        227, 258,
    ];
    loop {
        match literals.symbol(bits)? {
            literal @ 0..256 => out.push(literal.to_le_bytes()[0]),
            256 => return Some(()),
            symbol => {
                let symbol = symbol - 257;
                let more = if (8..28).contains(&symbol) { (symbol - 4) / 4 } else { 0 };
                let length = LENGTHS.get(symbol)? + bits.take(more)?;
                let symbol = distances.symbol(bits)?;
                let distance = if symbol < 4 {
                    symbol + 1
                } else {
                    let more = symbol / 2 - 1;
                    ((2 + symbol % 2) << more) + 1 + bits.take(more)?
                };
                for _ in 0..length {
                    let from = out.len().checked_sub(distance)?;
                    out.push(out[from]);
                }
            }
        }
        if out.len() > limit {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `zlib.compress(b"print('hello hello hello hello')", 9)` and kin, as Python makes them.
    const ZLIB: &[u8] = &[
        120, 218, 43, 40, 202, 204, 43, 209, 80, 207, 72, 205, 201, 201, 87, 192, 32, 213, 53, 1, 195, 83, 11, 125,
    ];

    #[test]
    fn unpacks_what_python_packed() {
        assert_eq!(inflate(ZLIB, 1000).as_deref(), Some(&b"print('hello hello hello hello')"[..]));
    }

    #[test]
    fn never_gives_more_than_the_limit() {
        assert_eq!(inflate(ZLIB, 8), None);
        assert_eq!(inflate(b"", 8), None);
        assert_eq!(inflate(&[0xff; 64], 1000), None);
    }
}
