//! Parts the code of a module into streams of like bytes, which pack better than as they stand: an
//! instruction follows from those before it, a number from the numbers of its own kind. No byte is
//! added or lost; `boot.js` puts them together again.

use anyhow::{Context, Result, bail, ensure};

/// How many streams there are. Their lengths stand before them, four bytes each, lowest first.
const STREAMS: usize = 9;
/// What is not code, and the heads of functions.
const REST: usize = 0;
/// Instructions, and the types of blocks.
const CODE: usize = 1;
const LOCAL: usize = 2;
const ALIGN: usize = 3;
const OFFSET: usize = 4;
const SMALL: usize = 5;
const LARGE: usize = 6;
const CALL: usize = 7;
/// Where branches go, and what is rare.
const OTHER: usize = 8;

/// The streams of a module, behind their lengths.
///
/// # Errors
///
/// If there is an instruction that [`boot.js`](super) does not know.
pub(super) fn part(module: &[u8]) -> Result<Vec<u8>> {
    let mut parts = Parts {
        module,
        at: 0,
        streams: Default::default(),
    };
    parts.bytes(REST, 8)?;
    loop {
        let section = parts.number(REST)?;
        let length = parts.number(REST)?;
        if section == 10 {
            break;
        }
        parts.bytes(REST, length)?;
    }
    for _ in 0..parts.number(REST)? {
        parts.function()?;
    }
    parts.bytes(REST, module.len() - parts.at)?;
    let lengths = parts.streams.iter().map(Vec::len);
    let mut out = Vec::new();
    for length in lengths {
        out.extend(u32::try_from(length)?.to_le_bytes());
    }
    out.extend(parts.streams.concat());
    Ok(out)
}

struct Parts<'a> {
    module: &'a [u8],
    at: usize,
    streams: [Vec<u8>; STREAMS],
}

impl Parts<'_> {
    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = *self.module.get(self.at).context("the module is cut")?;
        self.at += 1;
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

    fn numbers(&mut self, stream: usize, count: usize) -> Result<()> {
        for _ in 0..count {
            self.number(stream)?;
        }
        Ok(())
    }

    fn function(&mut self) -> Result<()> {
        let length = self.number(REST)?;
        let end = self.at + length;
        // How many locals of which type.
        let kinds = self.number(REST)?;
        self.numbers(REST, 2 * kinds)?;
        while self.at < end {
            self.instruction()?;
        }
        ensure!(self.at == end, "a function ends within an instruction");
        Ok(())
    }

    fn instruction(&mut self) -> Result<()> {
        match self.byte(CODE)? {
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
            0x20..=0x22 => self.numbers(LOCAL, 1),
            0x28..=0x3e => {
                self.numbers(ALIGN, 1)?;
                self.numbers(OFFSET, 1)
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CODE, LOCAL, SMALL, STREAMS, part};

    /// A module whose one function adds 5 to its argument.
    const ADDS: &[u8] = b"\0asm\x01\0\0\0\x0a\x09\x01\x07\0\x20\0\x41\x05\x6a\x0b";

    fn streams(parted: &[u8]) -> Vec<&[u8]> {
        let (lengths, mut rest) = parted.split_at(4 * STREAMS);
        let lengths = lengths.chunks(4).map(|four| usize::from(four[0]));
        lengths
            .map(|length| {
                let (stream, after) = rest.split_at(length);
                rest = after;
                stream
            })
            .collect()
    }

    #[test]
    fn like_bytes_stand_together_and_none_is_lost() {
        let parted = part(ADDS).expect("streams");
        let streams = streams(&parted);
        assert_eq!(streams[CODE], b"\x20\x41\x6a\x0b");
        assert_eq!((streams[LOCAL], streams[SMALL]), (&b"\0"[..], &b"\x05"[..]));
        assert_eq!(streams.concat().len(), ADDS.len());
    }

    #[test]
    fn an_instruction_that_the_page_cannot_put_back_is_refused() {
        let mut unknown = ADDS.to_vec();
        unknown[17] = 0xfd;
        assert!(part(&unknown).is_err());
    }
}
