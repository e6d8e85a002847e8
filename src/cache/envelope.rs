//! The form of a shared value: a mark and a version, when it ends, what it cost, a checksum over all
//! of that, the key and the body. What somebody else wrote there, or half of a value, or the value of
//! another key, does not pass for ours.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// Two letters, and the version of this form.
const MARK: [u8; 3] = [b's', b'c', 1];
const CHECKSUM: usize = 16;

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The value.
    pub body: Bytes,
    /// How long it still lasts.
    pub left: Duration,
    /// What making it took.
    pub cost: Duration,
}

/// A value in its envelope.
pub(super) fn seal(
    key: &str,
    body: &[u8],
    (now, lasts): (Timestamp, Duration),
    cost: Duration,
) -> Vec<u8> {
    let lasts = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
    let ends = now.as_millisecond().saturating_add(lasts);
    let cost = u32::try_from(cost.as_millis()).unwrap_or(u32::MAX);
    let mut value = MARK.to_vec();
    value.extend(ends.to_be_bytes());
    value.extend(cost.to_be_bytes());
    let sum = checksum(key, &value, body);
    value.extend(sum);
    value.extend(body);
    value
}

/// The value in an envelope of this key; none where it is not one, and none where it has ended.
pub(super) fn open(key: &str, bytes: &[u8], now: Timestamp) -> Option<Kept> {
    let rest = bytes.strip_prefix(&MARK)?;
    let (ends, rest) = rest.split_first_chunk::<8>()?;
    let (cost, rest) = rest.split_first_chunk::<4>()?;
    let (sum, body) = rest.split_first_chunk::<CHECKSUM>()?;
    let head = bytes.get(..MARK.len() + ends.len() + cost.len())?;
    if checksum(key, head, body) != *sum {
        return None;
    }
    let left = i64::from_be_bytes(*ends).saturating_sub(now.as_millisecond());
    Some(Kept {
        body: Bytes::copy_from_slice(body),
        left: Duration::from_millis(u64::try_from(left).ok()?),
        cost: Duration::from_millis(u32::from_be_bytes(*cost).into()),
    })
}

fn checksum(key: &str, head: &[u8], body: &[u8]) -> [u8; CHECKSUM] {
    let mut digest = Sha256::new();
    for part in [key.as_bytes(), head, body] {
        // the length keeps ("ab", "c") apart from ("a", "bc")
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let mut sum = [0; CHECKSUM];
    for (slot, byte) in sum.iter_mut().zip(digest.finalize()) {
        *slot = byte;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_mins(1);
    const COST: Duration = Duration::from_millis(7);

    fn sealed() -> Vec<u8> {
        seal("key", b"the body", (Timestamp::UNIX_EPOCH, LASTS), COST)
    }

    #[test]
    fn a_value_comes_back_as_it_went() {
        let later = Timestamp::from_second(20).unwrap();
        let kept = open("key", &sealed(), later).unwrap();
        let left = Duration::from_secs(40);
        assert_eq!(kept, Kept { body: Bytes::from_static(b"the body"), left, cost: COST });
    }

    #[test]
    fn what_is_not_as_it_was_written_is_not_read() {
        let (now, value) = (Timestamp::UNIX_EPOCH, sealed());
        for at in 0..value.len() {
            let mut bent = value.clone();
            bent[at] ^= 1;
            assert_eq!(open("key", &bent, now), None, "byte {at}");
            assert_eq!(open("key", &value[..at], now), None, "{at} bytes of it");
        }
        assert_eq!(open("yek", &value, now), None, "of another key");
        let longer = [value.as_slice(), b"x"].concat();
        assert_eq!(open("key", &longer, now), None);
        assert_eq!(open("key", &value, Timestamp::from_second(61).unwrap()), None, "ended");
    }
}
