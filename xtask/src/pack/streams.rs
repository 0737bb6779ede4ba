//! Parts the code of a module into streams of like bytes, which pack better than as they stand: an
//! instruction follows from those before it, a number from the numbers of its own kind. A local that
//! is read is named by how many others were named since it was: what was written just now is read
//! soon. The lengths of functions, which their ends tell, are left out, and so is how well memory is
//! aligned: a hint that no engine heeds where memory may be read at any address. `boot.js` puts all
//! together again.

use anyhow::{Context, Result, bail, ensure};

/// How many streams there are. Before them stand the length of the module and of each of them, four
/// bytes each, lowest first.
const STREAMS: usize = 10;
/// What is not code, and the locals that functions declare.
const REST: usize = 0;
/// Instructions, and the types of blocks.
const CODE: usize = 1;
/// Locals that are read: the place of each among those named last.
const GET: usize = 2;
/// Locals that are set.
const SET: usize = 3;
/// Offsets that are read from.
const LOAD: usize = 4;
const STORE: usize = 5;
const SMALL: usize = 6;
const LARGE: usize = 7;
const CALL: usize = 8;
/// Where branches go, and what is rare.
const OTHER: usize = 9;

/// The streams of a module, behind their lengths.
///
/// # Errors
///
/// If there is an instruction that [`boot.js`](super) does not know.
pub(super) fn part(module: &[u8]) -> Result<Vec<u8>> {
    let parts = Parts::of(module)?;
    let mut out = Vec::new();
    for length in [module.len()]
        .into_iter()
        .chain(parts.streams.iter().map(Vec::len))
    {
        out.extend(u32::try_from(length)?.to_le_bytes());
    }
    out.extend(parts.streams.concat());
    Ok(out)
}

/// The instructions of each function, without their numbers.
///
/// # Errors
///
/// As with [`part`].
pub(super) fn instructions(module: &[u8]) -> Result<Vec<Vec<u8>>> {
    let parts = Parts::of(module)?;
    let mut code = parts.streams[CODE].as_slice();
    let one = |length: usize| {
        let (function, rest) = code.split_at(length);
        code = rest;
        function.to_vec()
    };
    Ok(parts.functions.into_iter().map(one).collect())
}

struct Parts<'a> {
    module: &'a [u8],
    at: usize,
    streams: [Vec<u8>; STREAMS],
    /// How much of the instructions belongs to each function.
    functions: Vec<usize>,
    /// The locals of this function, the one named last first: as many as were needed yet. The
    /// others follow, by their numbers.
    recent: Vec<usize>,
}

impl<'a> Parts<'a> {
    fn of(module: &'a [u8]) -> Result<Self> {
        let mut parts = Parts {
            module,
            at: 0,
            streams: Default::default(),
            functions: Vec::new(),
            recent: Vec::new(),
        };
        parts.bytes(REST, 8)?;
        loop {
            if parts.number(REST)? == 10 {
                break;
            }
            let length = parts.number(REST)?;
            parts.bytes(REST, length)?;
        }
        parts.number(REST)?;
        for _ in 0..parts.number(REST)? {
            let before = parts.streams[CODE].len();
            parts.function()?;
            parts.functions.push(parts.streams[CODE].len() - before);
        }
        parts.bytes(REST, module.len() - parts.at)?;
        Ok(parts)
    }

    fn skip(&mut self) -> Result<u8> {
        let byte = *self.module.get(self.at).context("the module is cut")?;
        self.at += 1;
        Ok(byte)
    }

    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = self.skip()?;
        self.streams[stream].push(byte);
        Ok(byte)
    }

    fn bytes(&mut self, stream: usize, count: usize) -> Result<()> {
        for _ in 0..count {
            self.byte(stream)?;
        }
        Ok(())
    }

    /// A number in LEB128. What of it is beyond 32 bits is not told.
    fn number(&mut self, stream: usize) -> Result<usize> {
        let (mut value, mut shift) = (0_u32, 0);
        loop {
            let byte = self.byte(stream)?;
            value |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 0x80 {
                return Ok(value as usize);
            }
        }
    }

    /// Reads a local that is read, and gives its place among those named last instead.
    fn get(&mut self) -> Result<()> {
        let begin = self.streams[GET].len();
        let local = self.number(GET)?;
        self.streams[GET].truncate(begin);
        let place = self.named(local);
        self.streams[GET].extend(leb128(place));
        Ok(())
    }

    /// Where a local stood among those named last. It is the last one now.
    fn named(&mut self, local: usize) -> usize {
        self.recent.extend(self.recent.len()..=local);
        // It is there: all numbers up to its own are.
        let place = self.recent.iter().position(|&other| other == local);
        let place = place.unwrap_or_default();
        self.recent[..=place].rotate_right(1);
        place
    }

    fn numbers(&mut self, stream: usize, count: usize) -> Result<()> {
        for _ in 0..count {
            self.number(stream)?;
        }
        Ok(())
    }

    fn function(&mut self) -> Result<()> {
        // Its length, which is as short as can be.
        let before = self.at;
        while self.skip()? > 0x7f {}
        let begin = self.at;
        // How many locals of which type.
        let kinds = self.number(REST)?;
        self.numbers(REST, 2 * kinds)?;
        self.recent.clear();
        let mut depth = 1;
        while depth > 0 {
            match self.instruction()? {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
        }
        let told = leb128(self.at - begin);
        ensure!(
            told == self.module[before..begin],
            "a function's length is told otherwise than boot.js would"
        );
        Ok(())
    }

    /// Reads an instruction with its numbers, and tells which it is.
    fn instruction(&mut self) -> Result<u8> {
        let which = self.byte(CODE)?;
        match which {
            // Blocks.
            0x02..=0x04 => self.numbers(CODE, 1),
            // Branches; calls through a table; sections of memory; globals; references.
            0x0c | 0x0d | 0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => self.numbers(OTHER, 1),
            0x11 => self.numbers(OTHER, 2),
            0x0e => {
                let count = self.number(OTHER)?;
                self.numbers(OTHER, count + 1)
            }
            0x1c => {
                let count = self.number(OTHER)?;
                self.numbers(OTHER, count)
            }
            0x10 => self.numbers(CALL, 1),
            0x20 => self.get(),
            0x21 | 0x22 => {
                let local = self.number(SET)?;
                self.named(local);
                Ok(())
            }
            0x28..=0x3e => {
                ensure!(self.skip()? < 4, "the module has more than one memory");
                self.numbers(if which < 0x36 { LOAD } else { STORE }, 1)
            }
            0x41 => self.numbers(SMALL, 1),
            0x42 => self.numbers(LARGE, 1),
            0x43 => self.bytes(LARGE, 4),
            0x44 => self.bytes(LARGE, 8),
            0xfc => match self.number(CODE)? {
                0..=7 => Ok(()),
                8 | 10 | 12 | 14 => self.numbers(OTHER, 2),
                9 | 11 | 13 | 15 | 17 => self.numbers(OTHER, 1),
                other => bail!("boot.js does not know the instruction fc {other:x}"),
            },
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
            other => bail!("boot.js does not know the instruction {other:x}"),
        }?;
        Ok(which)
    }
}

pub(super) fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{CODE, GET, LOAD, SET, SMALL, STREAMS, instructions, part};

    /// A module whose one function adds 5 to what stands in memory, 7 behind its argument.
    const ADDS: &[u8] = b"\0asm\x01\0\0\0\x0a\x0c\x01\x0a\0\x20\0\x28\x02\x07\x41\x05\x6a\x0b";

    fn streams(parted: &[u8]) -> Vec<&[u8]> {
        let (lengths, mut rest) = parted.split_at(4 + 4 * STREAMS);
        let lengths = lengths[4..].chunks(4).map(|four| usize::from(four[0]));
        lengths
            .map(|length| {
                let (stream, after) = rest.split_at(length);
                rest = after;
                stream
            })
            .collect()
    }

    #[test]
    fn like_bytes_stand_together() {
        let parted = part(ADDS).expect("streams");
        let streams = streams(&parted);
        assert_eq!(streams[CODE], b"\x20\x28\x41\x6a\x0b");
        assert_eq!(
            (streams[GET], streams[LOAD], streams[SMALL]),
            (&b"\0"[..], &b"\x07"[..], &b"\x05"[..])
        );
        // The length of the function and the alignment are left out.
        assert_eq!(streams.concat().len(), ADDS.len() - 2);
        assert_eq!(usize::from(parted[0]), ADDS.len());
    }

    /// A module of two functions. The first reads locals 2, 2, 0 and 1, writes 0, and reads it; the
    /// second reads local 1.
    const NAMES: &[u8] = b"\0asm\x01\0\0\0\x0a\x15\x02\x0e\0\x20\x02\x20\x02\x20\0\x20\x01\x21\0\x20\0\x0b\x04\0\x20\x01\x0b";

    #[test]
    fn a_local_that_is_read_is_told_by_when_it_was_named_last() {
        let parted = part(NAMES).expect("streams");
        let streams = streams(&parted);
        assert_eq!(streams[GET], b"\x02\0\x01\x02\0\x01");
        assert_eq!(streams[SET], b"\0");
    }

    #[test]
    fn each_function_has_its_instructions() {
        let code = instructions(NAMES).expect("instructions");
        assert_eq!(code, [&b"\x20\x20\x20\x20\x21\x20\x0b"[..], b"\x20\x0b"]);
    }

    #[test]
    fn an_instruction_that_the_page_cannot_put_back_is_refused() {
        let mut unknown = ADDS.to_vec();
        unknown[20] = 0xfd;
        assert!(part(&unknown).is_err());
    }
}
