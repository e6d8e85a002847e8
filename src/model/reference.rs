//! The reference a traveller carries and reads out over a bad line.

use std::fmt::{Display, Formatter, Result as FmtResult};
use std::str::FromStr;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Digits and letters without look-alikes (no 0 1 I L O S U). 29 is prime, so the weighted
/// check digit catches every single wrong letter and every swap of two neighbours.
const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";
const LETTERS: usize = 8;

/// `SC-7K3M92QF-4`: eight letters of a 29-letter alphabet and a check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct Reference(CompactString);

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not `SC-`, eight letters, `-`, one letter.
    #[error("a reference looks like SC-7K3M92QF-4")]
    Shape,
    /// The last letter does not fit the others: a typing error.
    #[error("the check digit does not fit: one letter is wrong or two are swapped")]
    CheckDigit,
}

impl Reference {
    /// The reference made of a random (or counted) number; equal numbers give equal references.
    /// Only the lowest 8 × log2(29), some 38 bits, are used.
    pub fn from_number(mut number: u64) -> Self {
        let mut digits = [0_u8; LETTERS];
        for digit in &mut digits {
            *digit = u8::try_from(number % 29).unwrap_or(0);
            number /= 29;
        }
        let mut text = CompactString::const_new("SC-");
        text.extend(digits.iter().map(|&d| letter(d)));
        text.push('-');
        text.push(letter(check_digit(&digits)));
        Self(text)
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn letter(digit: u8) -> char {
    ALPHABET.get(usize::from(digit)).map_or('2', |&b| char::from(b))
}

fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = (1_u32..).zip(digits).map(|(weight, &d)| weight * u32::from(d)).sum();
    u8::try_from(sum % 29).unwrap_or(0)
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Reads a reference; small letters are accepted.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let upper = text.trim().to_ascii_uppercase();
        let (letters, check) = upper
            .strip_prefix("SC-")
            .and_then(|rest| rest.split_once('-'))
            .ok_or(ReferenceError::Shape)?;
        let digits: Option<Vec<u8>> = letters.bytes().map(digit_of).collect();
        let digits = digits.filter(|d| d.len() == LETTERS).ok_or(ReferenceError::Shape)?;
        match check.as_bytes() {
            [one] if digit_of(*one) == Some(check_digit(&digits)) => Ok(Self(upper.into())),
            [_] => Err(ReferenceError::CheckDigit),
            _ => Err(ReferenceError::Shape),
        }
    }
}

fn digit_of(letter: u8) -> Option<u8> {
    let digit = ALPHABET.iter().position(|&l| l == letter)?;
    u8::try_from(digit).ok()
}

impl TryFrom<CompactString> for Reference {
    type Error = ReferenceError;

    fn try_from(text: CompactString) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Reference> for CompactString {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        for number in (0..400_000_000_000).step_by(7_777_777_777) {
            let reference = Reference::from_number(number);
            assert_eq!(reference.as_str().parse(), Ok(reference.clone()));
        }
    }

    #[test]
    fn every_single_error_and_swap_is_caught() {
        let good = Reference::from_number(123_456_789_012).as_str().to_owned();
        for at in (3..11).chain([12]) {
            for &other in ALPHABET {
                let mut bad = good.clone().into_bytes();
                if bad[at] == other {
                    continue;
                }
                bad[at] = other;
                let bad = String::from_utf8(bad).unwrap();
                assert_eq!(bad.parse::<Reference>(), Err(ReferenceError::CheckDigit), "{bad}");
            }
        }
        for at in 3..10 {
            let mut bad = good.clone().into_bytes();
            if bad[at] == bad[at + 1] {
                continue;
            }
            bad.swap(at, at + 1);
            let bad = String::from_utf8(bad).unwrap();
            assert!(bad.parse::<Reference>().is_err(), "{bad}");
        }
    }
}
