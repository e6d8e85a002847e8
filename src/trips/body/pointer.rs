//! JSON pointers (RFC 6901), built only when a fault is named.

use std::fmt::{Display, Formatter, Result as FmtResult};

use crate::web::Fault;

/// Where in a body: a chain from the value back to the root, free to build on the way down.
#[derive(Debug, Clone, Copy)]
pub(in crate::trips) enum Pointer<'p> {
    /// The whole body.
    Root,
    /// A member of an object.
    Member(&'p Self, &'p str),
    /// An item of a list.
    Item(&'p Self, usize),
}

impl<'p> Pointer<'p> {
    /// The member of this name.
    pub(in crate::trips) const fn member(&'p self, name: &'p str) -> Self {
        Self::Member(self, name)
    }

    /// The item at this position.
    pub(in crate::trips) const fn item(&'p self, index: usize) -> Self {
        Self::Item(self, index)
    }
}

impl Display for Pointer<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                write!(f, "{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// A fault at a place of a body.
pub(in crate::trips) fn fault(
    at: &Pointer<'_>,
    code: &'static str,
    detail: impl Into<String>,
) -> Fault {
    Fault { pointer: at.to_string(), code, detail: detail.into() }
}
