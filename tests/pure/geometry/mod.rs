//! The plane geometry of the atlas against slow and obvious references.

mod along;
mod answers;
mod at;
mod distances;
mod paths;
mod random;
mod reference;
mod shapes;
mod shipped;
pub(crate) mod world;
