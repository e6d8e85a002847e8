//! Names in their order, to be found without looking at many of them.

/// The first eight bytes of each name as one number: a search runs over a few kilobytes that stay at
/// hand, and looks at names only where those are alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names(Vec<u64>);

impl Names {
    /// Names in rising order of their bytes.
    pub(super) fn of(names: impl Iterator<Item = impl AsRef<str>>) -> Self {
        Self(names.map(|name| head(name.as_ref())).collect())
    }

    /// The position of a name; `at` gives the name at a position.
    pub(super) fn find<'n>(
        &self,
        name: &str,
        at: impl Fn(usize) -> Option<&'n str>,
    ) -> Option<usize> {
        let wanted = head(name);
        let first = self.0.partition_point(|&known| known < wanted);
        let alike = self.0.iter().skip(first).take_while(|&&known| known == wanted);
        (first..).zip(alike).map(|(place, _)| place).find(|&place| at(place) == Some(name))
    }
}

/// Numbers in the order of the names: a name that ends early comes first.
fn head(name: &str) -> u64 {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes.iter_mut().zip(name.bytes()) {
        *slot = byte;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names = ["", "A", "AAA-1", "AAA-1000", "AAA-10001", "AAA-10002", "AAB", "KAS+00?", "É"];
        let known = Names::of(names.into_iter());
        let find = |name: &str| known.find(name, |place| names.get(place).copied());
        for (place, name) in names.iter().enumerate() {
            assert_eq!(find(name), Some(place), "{name}");
        }
        for stranger in ["AA", "AAA-1000x", "AAA-10003", "B", "Z", "Éa"] {
            assert_eq!(find(stranger), None, "{stranger}");
        }
    }
}
