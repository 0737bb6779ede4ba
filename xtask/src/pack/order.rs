//! Puts functions beside those they are like: what packs finds the nearest repetition cheapest.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};

use super::streams::{instructions, leb128};

/// How many instructions in a row are compared.
const ROW: usize = 4;
/// Rows that so many functions have say nothing about what is like what.
const COMMON: usize = 400;

/// The module with names for its functions that sort them: wasm-opt can reorder by name, and tells
/// everybody the new numbers.
///
/// # Errors
///
/// If there is anything in the module that nobody here knows.
pub(super) fn name(module: &[u8]) -> Result<Vec<u8>> {
    let functions = instructions(module)?;
    let first = imported(module)?;
    let mut names = leb128(functions.len());
    for (function, place) in places(&functions).into_iter().enumerate() {
        let name = format!("{place:08}");
        names.extend(leb128(first + function));
        names.extend(leb128(name.len()));
        names.extend(name.as_bytes());
    }
    let mut section = b"\x04name\x01".to_vec();
    section.extend(leb128(names.len()));
    section.extend(names);
    let mut out = module.to_vec();
    out.push(0);
    out.extend(leb128(section.len()));
    out.extend(section);
    Ok(out)
}

/// The place of each function: behind each comes the one of the others that is most like it.
fn places(functions: &[Vec<u8>]) -> Vec<usize> {
    let rows: Vec<HashSet<&[u8]>> = functions
        .iter()
        .map(|code| code.windows(ROW).collect())
        .collect();
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, rows) in rows.iter().enumerate() {
        for row in rows {
            having.entry(row).or_default().push(function);
        }
    }
    // The rarer a row, the more it says. Whole numbers, so that the order of sums is nothing.
    let weight = |row: &[u8]| {
        let share = functions.len() as f64 / having[row].len() as f64;
        (share.ln() * 1000.0) as u64
    };
    let size: Vec<u64> = rows
        .iter()
        .map(|rows| 1 + rows.iter().map(|row| weight(row)).sum::<u64>())
        .collect();
    let mut places = vec![None; functions.len()];
    let mut next = (!functions.is_empty()).then_some(0);
    let mut place = 0;
    while let Some(function) = next {
        places[function] = Some(place);
        place += 1;
        let mut common: HashMap<usize, u64> = HashMap::new();
        for row in &rows[function] {
            let having = &having[row];
            if having.len() < COMMON {
                for other in having.iter().filter(|other| places[**other].is_none()) {
                    *common.entry(*other).or_default() += weight(row);
                }
            }
        }
        let alike = |other: usize, common: u64| {
            let (common, size) = (u128::from(common), u128::from(size[other]));
            common * common * 1_000_000 / size
        };
        next = common
            .into_iter()
            .map(|(other, common)| (alike(other, common), other))
            .max_by_key(|&(alike, other)| (alike, usize::MAX - other))
            .map(|(_, other)| other)
            .or_else(|| places.iter().position(Option::is_none));
    }
    places.into_iter().map(Option::unwrap_or_default).collect()
}

/// How many functions a module imports: those come first, and keep their places.
fn imported(module: &[u8]) -> Result<usize> {
    let cut = "the module is cut";
    let number = |at: &mut usize| -> Result<usize> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = usize::from(*module.get(*at).context(cut)?);
            *at += 1;
            value |= (byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return Ok(value);
            }
        }
    };
    let mut at = 8;
    while at < module.len() {
        let section = number(&mut at)?;
        let length = number(&mut at)?;
        if section != 2 {
            at += length;
            continue;
        }
        let count = number(&mut at)?;
        for _ in 0..count {
            // Of which module, and by which name.
            for _ in 0..2 {
                at += number(&mut at)?;
            }
            let kind = number(&mut at)?;
            ensure!(kind == 0, "the module imports more than functions");
            number(&mut at)?;
        }
        return Ok(count);
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::{imported, name, places};

    #[test]
    fn like_follows_like() {
        let code = ["abcdefgh", "12345678", "abcdefgx", "1234567y"];
        let code: Vec<Vec<u8>> = code.map(|one| one.as_bytes().to_vec()).into();
        assert_eq!(places(&code), [0, 2, 1, 3]);
    }

    #[test]
    fn names_stand_behind_the_module_and_begin_with_its_own_functions() {
        // One imported function, and one that does nothing.
        let module = b"\0asm\x01\0\0\0\x02\x07\x01\x01a\x01b\0\0\x0a\x04\x01\x02\0\x0b";
        assert_eq!(imported(module).expect("imports"), 1);
        let named = name(module).expect("names");
        let behind = &named[module.len()..];
        assert_eq!(behind, b"\0\x12\x04name\x01\x0b\x01\x01\x0800000000");
    }

    #[test]
    fn other_imports_are_refused() {
        let module = b"\0asm\x01\0\0\0\x02\x08\x01\x01a\x01b\x02\0\x01";
        assert!(imported(module).is_err());
    }
}
