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

/// Which of `count` equal steps `value` lies in, and how far into it (0..1). What lies outside is
/// put into the first or last step.
#[inline]
pub(super) fn step(value: f64, count: u32) -> (u32, f64) {
    let index = truncated(value).min(count.saturating_sub(1));
    (index, value - f64::from(index))
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
