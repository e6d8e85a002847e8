//! The few forms of Protocol Buffers that a vector tile needs.

/// A message being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Message(Vec<u8>);

/// Wire type of a number.
const VARINT: u32 = 0;
/// Wire type of bytes with their length.
const BYTES: u32 = 2;

impl Message {
    /// A whole number.
    pub(super) fn number(&mut self, field: u32, value: u64) {
        self.key(field, VARINT);
        varint(&mut self.0, value);
    }

    /// A text.
    pub(super) fn text(&mut self, field: u32, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    /// A message within this one.
    pub(super) fn message(&mut self, field: u32, value: &Self) {
        self.bytes(field, &value.0);
    }

    /// Whole numbers, one after the other.
    pub(super) fn packed(&mut self, field: u32, values: &[u32]) {
        let mut packed = Vec::with_capacity(values.len());
        for &value in values {
            varint(&mut packed, value.into());
        }
        self.bytes(field, &packed);
    }

    /// As it goes over the wire.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn bytes(&mut self, field: u32, value: &[u8]) {
        self.key(field, BYTES);
        varint(&mut self.0, u64::try_from(value.len()).unwrap_or(u64::MAX));
        self.0.extend_from_slice(value);
    }

    fn key(&mut self, field: u32, wire: u32) {
        varint(&mut self.0, u64::from(field << 3 | wire));
    }
}

/// Seven binary digits a byte, the lowest first.
fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(low(value) | 0x80);
        value >>= 7;
    }
    bytes.push(low(value));
}

#[expect(clippy::as_conversions, reason = "seven binary digits")]
const fn low(value: u64) -> u8 {
    (value & 0x7f) as u8
}

/// A signed number as an unsigned one, small where it is near to nothing.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "coordinates of a tile fit; the bits are what is wanted"
)]
pub(super) const fn zigzag(value: i64) -> u32 {
    let value = value as i32;
    ((value << 1) ^ (value >> 31)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_format_says() {
        // the examples of the format's own pages
        let mut message = Message::default();
        message.number(1, 150);
        assert_eq!(message.clone().into_bytes(), [0x08, 0x96, 0x01]);
        message = Message::default();
        message.text(2, "testing");
        assert_eq!(message.into_bytes(), [0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
        let mut packed = Message::default();
        packed.packed(6, &[3, 270, 86_942]);
        assert_eq!(packed.into_bytes(), [0x32, 6, 3, 0x8e, 2, 0x9e, 0xa7, 5]);
        assert_eq!([0, -1, 1, -2, 2].map(zigzag), [0, 1, 2, 3, 4]);
    }
}
