//! The plane geometry of the atlas against slow and obvious references.

mod along;
mod answers;
mod at;
mod distances;
mod paths;
pub(crate) mod random;
mod received;
mod reference;
mod shapes;
mod shipped;
pub(crate) mod world;
