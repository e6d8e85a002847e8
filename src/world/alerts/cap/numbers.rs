//! Coordinates, circles, times and references, as services write them.

use jiff::Timestamp;

use super::{CapCircle, Identity};

/// Pairs of a ring. Space around a comma is tolerated, and a height after the pair is read over;
/// none where something else stands there.
pub(super) fn ring(text: &str) -> Option<Vec<[f64; 2]>> {
    let mut joined = String::with_capacity(text.len());
    let mut waiting = false;
    for c in text.chars() {
        if c.is_whitespace() {
            waiting = true;
            continue;
        }
        if waiting && c != ',' && !joined.ends_with(',') {
            joined.push(' ');
        }
        waiting = false;
        joined.push(c);
    }
    joined.split_whitespace().map(pair).collect()
}

fn pair(text: &str) -> Option<[f64; 2]> {
    let mut numbers = text.split(',').map(number);
    let (first, second) = (numbers.next()??, numbers.next()??);
    match (numbers.next(), numbers.next()) {
        (None | Some(Some(_)), None) => Some([first, second]),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `lat,lon km`.
pub(super) fn circle(text: &str) -> Option<CapCircle> {
    let (centre, km) = text.trim().rsplit_once(char::is_whitespace)?;
    let pairs = ring(centre)?;
    let [centre] = pairs.as_slice() else { return None };
    let km = number(km).filter(|km| *km >= 0.0)?;
    Some(CapCircle { centre: *centre, km })
}

/// A time with its offset; the standard allows no other.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// The messages of a list: `sender,identifier,sent`, with space between. Identifiers may hold
/// commas in the wild, senders and times do not.
pub(super) fn references(text: &str) -> Option<Vec<Identity>> {
    text.split_whitespace().map(reference).collect()
}

fn reference(text: &str) -> Option<Identity> {
    let (sender, rest) = text.split_once(',')?;
    let (identifier, sent) = rest.rsplit_once(',')?;
    let sent = time(sent)?;
    if sender.is_empty() || identifier.is_empty() {
        return None;
    }
    Some(Identity { sender: sender.to_owned(), identifier: identifier.to_owned(), sent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_read_as_they_are_written() {
        let two = vec![[38.47, -120.14], [38.34, -119.95]];
        for text in [
            "38.47,-120.14 38.34,-119.95",
            "\n 38.47,-120.14\n\t38.34,-119.95 ",
            "38.47, -120.14 38.34 ,-119.95",
            "38.47,-120.14,0 38.34,-119.95,12.5",
        ] {
            assert_eq!(ring(text), Some(two.clone()), "{text}");
        }
        assert_eq!(ring(" "), Some(Vec::new()));
        for text in ["38.47 -120.14", "38.47,", "38.47,x", "NaN,1", "1,2,3,4", ",", "1e999,0"] {
            assert_eq!(ring(text), None, "{text}");
        }
    }

    #[test]
    fn circles_have_a_centre_and_a_radius() {
        let read = CapCircle { centre: [32.9525, -115.5527], km: 12.5 };
        assert_eq!(circle(" 32.9525,-115.5527 12.5 "), Some(read));
        assert_eq!(circle("32.9525, -115.5527\n12.5"), Some(read));
        for text in ["", "1,2", "1,2 -1", "1,2 x", "1,2 3,4 5", "1,2 inf"] {
            assert_eq!(circle(text), None, "{text}");
        }
    }

    #[test]
    fn references_name_sender_identifier_and_time() {
        let read =
            references("a@b.org,X-1,2013-01-05T09:01:16-00:00 a@b.org,X,2,2013-01-05T09:30:16Z");
        let keys: Vec<String> = read.unwrap().iter().map(Identity::key).collect();
        assert_eq!(keys, ["a@b.org,X-1,2013-01-05T09:01:16Z", "a@b.org,X,2,2013-01-05T09:30:16Z"]);
        for text in ["a@b.org,X-1", "a,b,c", ",X,2013-01-05T09:01:16Z"] {
            assert_eq!(references(text), None, "{text}");
        }
    }
}
