//! Asks the atlas and `PostGIS` the same, on the full shapes, and counts the differences.
//!
//! `verify-geometry --dsn DSN [--points N] [--routes N] [--regenerate]`; `loadtests/verify-geometry.sh`
//! brings the server. Exits with 1 on any difference.

mod answers;
mod judge;
#[path = "../../../benches/geometry/samples.rs"]
mod samples;
mod wkb;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use safeconduct::atlas::geometry::{Mosaic, Path, PathKind};
use safeconduct::model::LonLat;

use judge::Judge;
use samples::{PointClass, RouteClass, World};

/// Every class of the whole run is in the committed answers too, from other seeds.
const SEED: u64 = 20_261_122;
const COMMITTED: (usize, usize, u64) = (20_000, 500, 42);

/// Differences shown in full.
const SHOWN: usize = 5;

struct Options {
    dsn: String,
    points: usize,
    routes: usize,
    seed: u64,
    regenerate: bool,
}

struct Questions {
    points: Vec<(PointClass, LonLat)>,
    routes: Vec<(RouteClass, PathKind, Vec<LonLat>)>,
    paths: Vec<Path>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match options() {
        Ok(options) => verify(&options).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(differences) => {
            println!("{differences} differences");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("verify-geometry: {error}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut found = Options {
        dsn: String::new(),
        points: 1_000_000,
        routes: 20_000,
        seed: SEED,
        regenerate: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--dsn" => found.dsn = value()?,
            "--points" => found.points = value()?.parse()?,
            "--routes" => found.routes = value()?.parse()?,
            "--seed" => found.seed = value()?.parse()?,
            "--regenerate" => {
                (found.points, found.routes, found.seed) = COMMITTED;
                found.regenerate = true;
            }
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    if found.dsn.is_empty() { Err("--dsn is missing".into()) } else { Ok(found) }
}

async fn verify(options: &Options) -> Result<usize, Box<dyn Error>> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let world = World::read(&root);
    let shapes: Vec<_> = world.areas.iter().map(|(_, shape)| shape).collect();
    let mosaic = Mosaic::build((0..).zip(shapes.iter().copied()))?;
    let questions = ask(&world, options)?;
    let judge = Judge::with(&options.dsn, &shapes).await?;
    let points: Vec<LonLat> = questions.points.iter().map(|&(_, at)| at).collect();
    judge.load(&points, &questions.paths).await?;
    let watch = Instant::now();
    let covered = judge.points(points.len()).await?;
    println!("PostGIS answered {} points in {:.0?}", points.len(), watch.elapsed());
    let watch = Instant::now();
    let touched = judge.routes(questions.paths.len()).await?;
    println!("PostGIS answered {} routes in {:.0?}", questions.paths.len(), watch.elapsed());

    if options.regenerate {
        save(&world, &root, &questions, (&covered, &touched))?;
    }
    let name = |handle: &u32| world.areas[*handle as usize].0.as_str();
    let mut tally = Tally::default();
    for ((class, at), wanted) in questions.points.iter().zip(&covered) {
        let found = mosaic.at(*at);
        let same = found.as_slice() == wanted;
        tally.count(format!("point {class:?}"), wanted.len(), same, || {
            let ours: Vec<&str> = found.as_slice().iter().map(name).collect();
            let theirs: Vec<&str> = wanted.iter().map(name).collect();
            format!("{at:?}: atlas {ours:?}, PostGIS {theirs:?}")
        });
    }
    let routes = questions.routes.iter().zip(&questions.paths).zip(&touched);
    for (((class, kind, vertices), path), wanted) in routes {
        let mut found: Vec<u32> = mosaic.along(path).iter().map(|contact| contact.handle).collect();
        found.sort_unstable();
        let same = found == *wanted;
        tally.count(format!("route {class:?} {kind:?}"), wanted.len(), same, || {
            let ours: Vec<&str> = found.iter().map(name).collect();
            let theirs: Vec<&str> = wanted.iter().map(name).collect();
            format!("{vertices:?}: atlas {ours:?}, PostGIS {theirs:?}")
        });
    }
    Ok(tally.print())
}

/// Opposite points make no great circle; such a route is asked straight.
fn ask(world: &World, options: &Options) -> Result<Questions, Box<dyn Error>> {
    let points = world.points(options.points, options.seed);
    let mut routes = world.routes(options.routes, options.seed);
    for (_, kind, vertices) in &mut routes {
        if Path::new(vertices, *kind).is_err() {
            *kind = PathKind::Straight;
        }
    }
    let path = |(_, kind, vertices): &(RouteClass, PathKind, Vec<LonLat>)| Path::new(vertices, *kind);
    let paths = routes.iter().map(path).collect::<Result<_, _>>()?;
    Ok(Questions { points, routes, paths })
}

fn save(
    world: &World,
    root: &std::path::Path,
    questions: &Questions,
    (covered, touched): (&judge::Answers, &judge::Answers),
) -> Result<(), Box<dyn Error>> {
    let names = |handles: &Vec<u32>| -> Vec<&str> {
        handles.iter().map(|&handle| world.areas[handle as usize].0.as_str()).collect()
    };
    let points: Vec<String> = questions
        .points
        .iter()
        .zip(covered)
        .map(|((_, at), handles)| answers::point(*at, &names(handles)))
        .collect();
    let routes: Vec<String> = questions
        .routes
        .iter()
        .zip(touched)
        .map(|((_, kind, vertices), handles)| answers::route(*kind, vertices, &names(handles)))
        .collect();
    let folder = root.join("tests/answers");
    answers::save(&folder, "points.txt.gz", &points)?;
    answers::save(&folder, "routes.txt.gz", &routes)?;
    println!("{} points and {} routes written to tests/answers", points.len(), routes.len());
    Ok(())
}

/// Questions and differences by class.
#[derive(Default)]
struct Tally {
    classes: BTreeMap<String, [usize; 3]>,
    shown: Vec<String>,
}

impl Tally {
    fn count(&mut self, class: String, areas: usize, same: bool, tell: impl Fn() -> String) {
        let [asked, met, different] = self.classes.entry(class).or_default();
        *asked += 1;
        *met += areas;
        if !same {
            *different += 1;
            if self.shown.len() < SHOWN {
                self.shown.push(tell());
            }
        }
    }

    fn print(&self) -> usize {
        println!("{:<36} {:>9} {:>9} {:>11}", "class", "asked", "areas", "differences");
        let mut whole = [0; 3];
        for (class, counts) in &self.classes {
            line(class, counts);
            whole.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        line(&"all", &whole);
        self.shown.iter().for_each(|difference| println!("{difference}"));
        whole[2]
    }
}

fn line(class: &impl AsRef<str>, [asked, met, different]: &[usize; 3]) {
    println!("{:<36} {asked:>9} {met:>9} {different:>11}", class.as_ref());
}
