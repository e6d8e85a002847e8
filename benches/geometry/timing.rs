//! A small timing loop, and the table it fills.

use std::fmt::Write as _;
use std::hint::black_box;
use std::{env, fs};

use safeconduct::telemetry::Stopwatch;

/// Every input is timed so many times; the least disturbed of them counts for it.
const ROUNDS: usize = 9;
/// Two operations take so many turns: longer than what usually disturbs a machine lasts.
const TURNS: usize = 60;

/// Nanoseconds per operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Half of the inputs take less.
    pub(crate) p50: f64,
    /// One in a hundred takes more.
    pub(crate) p99: f64,
    /// All inputs in a row, by one clock reading.
    pub(crate) mean: f64,
}

impl Figures {
    /// Times the operation on every input, one by one, in passes over all inputs so that nothing is
    /// still at hand from the time before; what reading the clock costs is taken off.
    pub(crate) fn of<T>(inputs: &[T], mut operation: impl FnMut(&T) -> usize) -> Self {
        let mut passes = Passes::over(inputs);
        for _ in 0..ROUNDS {
            passes.pass(inputs, &mut operation);
        }
        passes.figures()
    }

    /// Times two operations as they take turns on the same inputs: what disturbs the machine for a
    /// while disturbs both. Each turn begins with a pass that is not timed, for the other's turn has
    /// put its own things into the caches.
    pub(crate) fn beside<T>(
        inputs: &[T],
        mut one: impl FnMut(&T) -> usize,
        mut other: impl FnMut(&T) -> usize,
    ) -> [Self; 2] {
        let mut passes = [Passes::over(inputs), Passes::over(inputs)];
        for _ in 0..TURNS {
            once(inputs, &mut one);
            passes[0].pass(inputs, &mut one);
            once(inputs, &mut other);
            passes[1].pass(inputs, &mut other);
        }
        passes.map(Passes::figures)
    }
}

/// What passes over some inputs have taken so far.
struct Passes {
    clock: f64,
    least: Vec<f64>,
    mean: f64,
}

impl Passes {
    fn over<T>(inputs: &[T]) -> Self {
        let least = vec![f64::INFINITY; inputs.len()];
        Self { clock: clock_cost(), least, mean: f64::INFINITY }
    }

    fn pass<T>(&mut self, inputs: &[T], operation: &mut impl FnMut(&T) -> usize) {
        let whole = Stopwatch::start();
        once(inputs, operation);
        self.mean = self.mean.min(nanos(whole) / inputs.len() as f64);
        for (input, least) in inputs.iter().zip(&mut self.least) {
            let watch = Stopwatch::start();
            black_box(operation(black_box(input)));
            *least = least.min((nanos(watch) - self.clock).max(0.0));
        }
    }

    fn figures(mut self) -> Figures {
        self.least.sort_unstable_by(f64::total_cmp);
        let of = |hundredths: usize| self.least[self.least.len() * hundredths / 100];
        Figures { p50: of(50), p99: of(99), mean: self.mean }
    }
}

fn once<T>(inputs: &[T], operation: &mut impl FnMut(&T) -> usize) {
    for input in inputs {
        black_box(operation(black_box(input)));
    }
}

fn nanos(watch: Stopwatch) -> f64 {
    watch.elapsed().as_nanos() as f64
}

fn clock_cost() -> f64 {
    let mut costs: Vec<f64> = (0..10_001).map(|_| nanos(Stopwatch::start())).collect();
    costs.sort_unstable_by(f64::total_cmp);
    costs[costs.len() / 2]
}

/// What was to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    AtMost(f64),
    AtLeast(f64),
    Nothing,
}

/// Goals and what was measured.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<(String, Goal, f64, &'static str)>);

impl Table {
    /// Adds a figure that should not be larger than its goal.
    pub(crate) fn at_most(&mut self, what: &str, goal: f64, found: f64, unit: &'static str) {
        self.0.push((what.to_owned(), Goal::AtMost(goal), found, unit));
    }

    /// Adds a figure that should not be smaller than its goal.
    pub(crate) fn at_least(&mut self, what: &str, goal: f64, found: f64, unit: &'static str) {
        self.0.push((what.to_owned(), Goal::AtLeast(goal), found, unit));
    }

    /// Adds a figure without a goal.
    pub(crate) fn say(&mut self, what: &str, found: f64, unit: &'static str) {
        self.0.push((what.to_owned(), Goal::Nothing, found, unit));
    }

    /// Prints the figures without a goal, then one table of the others: row, goal, measured, measured
    /// by goal, and whether that passes.
    pub(crate) fn print(&self) {
        for (what, _, found, unit) in self.0.iter().filter(|line| line.1 == Goal::Nothing) {
            println!("{what:<52} {found:>12.1} {unit}");
        }
        println!(
            "\n| {:<55} | {:>10} | {:>12} | {:>5} |       |",
            "row", "goal", "measured", "ratio"
        );
        println!("| {:-<55} | {:->9}: | {:->11}: | {:->4}: | ----- |", "", "", "", "");
        for (what, goal, found, unit) in &self.0 {
            let (sign, goal, passes) = match *goal {
                Goal::AtMost(goal) => ("≤", goal, *found <= goal),
                Goal::AtLeast(goal) => ("≥", goal, *found >= goal),
                Goal::Nothing => continue,
            };
            let ratio = found / goal;
            let (goal, measured) =
                (format!("{sign} {goal:.0} {unit}"), format!("{found:.1} {unit}"));
            let verdict = if passes { "pass" } else { "short" };
            println!("| {what:<55} | {goal:>10} | {measured:>12} | {ratio:>5.2} | {verdict:<5} |");
        }
    }

    /// Writes the lines as JSON to the file named after `--json`, if there is one.
    pub(crate) fn save(&self) {
        let Some(file) = named("--json") else { return };
        let mut text = String::from("[");
        for (index, (what, goal, found, unit)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let goal = match goal {
                Goal::AtMost(goal) => format!("\"at_most\":{goal},"),
                Goal::AtLeast(goal) => format!("\"at_least\":{goal},"),
                Goal::Nothing => String::new(),
            };
            let what = what.trim();
            let _written = write!(
                text,
                "{comma}\n{{\"row\":{what:?},{goal}\"measured\":{found},\"unit\":{unit:?}}}",
            );
        }
        text.push_str("\n]\n");
        fs::write(&file, text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// The value that follows a name on the command line.
pub(crate) fn named(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}
