//! A layer of a vector tile (Mapbox Vector Tile 2.1).

use std::collections::BTreeMap;

use super::mercator::EXTENT;
use super::protobuf::{Message, zigzag};
use super::rings::Local;

/// Commands of a geometry.
const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;
/// A polygon, as features name it.
const POLYGON: u64 = 3;
/// The version of the format.
const VERSION: u64 = 2;

/// What a feature tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Text(String),
    Number(u64),
}

/// A layer being written.
#[derive(Debug)]
pub(super) struct Layer {
    message: Message,
    keys: BTreeMap<&'static str, u32>,
    values: BTreeMap<Value, u32>,
    features: u64,
}

impl Layer {
    /// An empty layer.
    pub(super) fn new(name: &str) -> Self {
        let mut message = Message::default();
        message.number(15, VERSION);
        message.text(1, name);
        Self { message, keys: BTreeMap::new(), values: BTreeMap::new(), features: 0 }
    }

    /// Adds a polygon with what it tells; one without rings is left out.
    pub(super) fn polygon(
        &mut self,
        rings: &[Local],
        told: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        if rings.is_empty() {
            return;
        }
        let mut tags = Vec::new();
        for (key, value) in told {
            tags.push(place(&mut self.keys, key));
            tags.push(place(&mut self.values, value));
        }
        self.features += 1;
        let mut feature = Message::default();
        feature.number(1, self.features);
        feature.packed(2, &tags);
        feature.number(3, POLYGON);
        feature.packed(4, &commands(rings));
        self.message.message(2, &feature);
    }

    /// The layer within a tile; nothing where it is empty.
    pub(super) fn write(mut self, tile: &mut Message) {
        if self.features == 0 {
            return;
        }
        for key in in_order(self.keys) {
            self.message.text(3, key);
        }
        for value in in_order(self.values) {
            let mut message = Message::default();
            match value {
                Value::Text(text) => message.text(1, &text),
                Value::Number(number) => message.number(5, number),
            }
            self.message.message(4, &message);
        }
        self.message.number(5, EXTENT.unsigned_abs());
        tile.message(3, &self.message);
    }
}

/// The number of an entry; a new one gets the next.
fn place<T: Ord>(known: &mut BTreeMap<T, u32>, entry: T) -> u32 {
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    *known.entry(entry).or_insert(next)
}

/// Entries by their numbers.
fn in_order<T>(known: BTreeMap<T, u32>) -> impl Iterator<Item = T> {
    let mut entries: Vec<(u32, T)> = known.into_iter().map(|(entry, at)| (at, entry)).collect();
    entries.sort_by_key(|(at, _)| *at);
    entries.into_iter().map(|(_, entry)| entry)
}

/// Rings as commands: every position as its distance from the one before.
fn commands(rings: &[Local]) -> Vec<u32> {
    let mut commands = Vec::new();
    let mut pen = [0, 0];
    for ring in rings {
        let Some((first, rest)) = ring.split_first() else { continue };
        commands.push(command(MOVE_TO, 1));
        step(&mut commands, &mut pen, *first);
        commands.push(command(LINE_TO, rest.len()));
        for &position in rest {
            step(&mut commands, &mut pen, position);
        }
        commands.push(command(CLOSE_PATH, 1));
    }
    commands
}

fn command(id: u32, count: usize) -> u32 {
    u32::try_from(count).unwrap_or_default() << 3 | id
}

fn step(commands: &mut Vec<u32>, pen: &mut [i64; 2], to: [i64; 2]) {
    let [x, y] = *pen;
    commands.push(zigzag(to[0] - x));
    commands.push(zigzag(to[1] - y));
    *pen = to;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_is_written_as_the_format_says() {
        // the example of the specification, 4.3.5.5
        let ring = vec![[3, 6], [8, 12], [20, 34]];
        assert_eq!(commands(&[ring]), [9, 6, 12, 18, 10, 12, 24, 44, 15]);
        let two = [
            vec![[0, 0], [10, 0], [10, 10], [0, 10]],
            vec![[11, 11], [20, 11], [20, 20], [11, 20]],
            vec![[13, 13], [13, 17], [17, 17], [17, 13]],
        ];
        assert_eq!(
            commands(&two),
            [
                9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4,
                13, 26, 0, 8, 8, 0, 0, 7, 15
            ]
        );
    }

    #[test]
    fn an_empty_layer_is_not_written() {
        let mut tile = Message::default();
        Layer::new("fences").write(&mut tile);
        assert!(tile.into_bytes().is_empty());
    }
}
