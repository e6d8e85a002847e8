//! The few conversions between number types that geometry needs, each in one place.

/// An index read from a packed array; `usize` is never narrower than 32 bits here.
#[inline]
pub(super) fn wide(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// A count on its way into a packed array. A count that does not fit becomes the largest one, which
/// the builders refuse.
#[inline]
pub(super) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The lower 32 bits of a packed word.
#[inline]
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "takes the lower half")]
pub(super) fn low(word: u64) -> u32 {
    word as u32
}

/// The upper 32 bits of a packed word.
#[inline]
pub(super) fn high(word: u64) -> u32 {
    low(word >> 32)
}

/// The whole part of a value, 0 for a negative one or not a number.
#[inline]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted; there is no From for it"
)]
pub(super) fn truncated(value: f64) -> u32 {
    value as u32
}

/// Binary digits behind the point of a [`Fixed`]: far finer than the margin that cells keep.
const DIGITS: u32 = 42;

/// A place on an axis of the map as a whole number, so that stepping into finer and finer cells is
/// a shift.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed(u64);

impl Fixed {
    /// A value of `0..=count`, which is below 1,024; what lies outside is put to the nearer end.
    #[inline]
    pub(super) fn new(value: f64, count: u32) -> Self {
        // between 1,024 and 2,048 a double is a fixed number, its bits in order
        const BASE: f64 = 1024.0;
        let bits = (value + BASE).to_bits().wrapping_sub(BASE.to_bits()).cast_signed();
        let most = (i64::from(count) << DIGITS) - 1;
        Self(bits.clamp(0, most).cast_unsigned())
    }

    /// The whole steps, and what is left of the last.
    #[inline]
    pub(super) fn split(self) -> (u64, Self) {
        (self.0 >> DIGITS, Self(self.0 & ((1 << DIGITS) - 1)))
    }

    /// Which of the parts a cell is in, when the step was halved so often, and each part so often
    /// again.
    #[inline]
    pub(super) fn part(self, halved: u32, again: u32) -> u32 {
        let parts = (DIGITS - halved - again) & 63;
        low(self.0 >> parts) & ((1 << (again & 31)) - 1)
    }

    /// The whole millionths of this.
    #[inline]
    pub(super) fn in_millionths(self) -> i32 {
        let (whole, part) = (low(self.0 >> DIGITS), self.0 & ((1 << DIGITS) - 1));
        let part = low(part.wrapping_mul(1_000_000) >> DIGITS);
        whole.wrapping_mul(1_000_000).wrapping_add(part).cast_signed()
    }

    /// The middle of the part it is in, when the step was halved so often, in millionths: so many
    /// whole ones to the part, and half of it.
    #[inline]
    pub(super) fn middle(self, halved: u32) -> i32 {
        let inner = (DIGITS - halved) & 63;
        Self((self.0 >> inner) << inner).in_millionths() + (500_000 >> (halved & 31))
    }
}

/// The lower 16 bits of a number.
#[inline]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "takes the lower half; there is no From for it"
)]
pub(super) fn short(word: u32) -> i16 {
    (word as u16).cast_signed()
}

/// The greatest whole number that is not above a value.
#[inline]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "`as` takes the whole part; there is no From for it"
)]
pub(super) fn floored(value: f64) -> i32 {
    let whole = value as i32;
    whole - i32::from(f64::from(whole) > value)
}

/// Coordinates of at most six decimals are kept as whole millionths of a degree.
pub(super) const MILLIONTHS: f64 = 1e6;

/// The whole number of millionths of a degree that this is exactly, as decimals are read.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and the result is compared; there is no From for it"
)]
pub(super) fn millionths(degrees: f64) -> Option<i32> {
    let whole = (degrees * MILLIONTHS).round() as i32;
    in_degrees(whole).total_cmp(&(degrees + 0.0)).is_eq().then_some(whole)
}

/// The degrees that so many millionths are: exactly what reading the decimals gives.
#[inline]
pub(super) fn in_degrees(millionths: i32) -> f64 {
    f64::from(millionths) / MILLIONTHS
}
