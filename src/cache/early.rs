//! Making a value anew before it ends, each reader by its own throw of dice (`XFetch`: Vattani,
//! Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", 2015): the nearer the
//! end and the dearer the value, the likelier. So it is seldom that many find it ended at once.

use std::time::Duration;

/// Whether a reader makes a value anew that lasts `left` longer and took `cost` to make. `draw` is of
/// the interval (0, 1].
pub fn is_due(left: Duration, cost: Duration, draw: f64) -> bool {
    left.as_secs_f64() <= cost.as_secs_f64() * -draw.ln()
}

/// A throw of the dice, for [`is_due`].
pub fn draw() -> f64 {
    1.0 - fastrand::f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_end_and_the_dearer_the_likelier() {
        let often = |left: u64, cost: u64| {
            let (left, cost) = (Duration::from_millis(left), Duration::from_millis(cost));
            (1..=1000).filter(|at| is_due(left, cost, f64::from(*at) / 1000.0)).count()
        };
        assert_eq!(often(0, 100), 1000, "what has ended is made anew by everyone");
        // P = exp(-left / cost)
        assert_eq!(often(100, 100), 367);
        assert_eq!(often(300, 100), 49);
        assert_eq!(often(60_000, 100), 0);
        assert!(often(100, 200) > often(100, 100));
        assert!((0..1000).all(|_| draw() > 0.0 && draw() <= 1.0));
    }
}
