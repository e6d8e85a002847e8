//! Rows as `unnest` takes them: an array for each column, or, for the tables that every submission
//! writes, one array of whole rows. Reading dozens of arrays side by side costs the server five times
//! as much for each row.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};

use crate::database::{FieldType, IsNull, Kind, ToSql};

/// The parameters of one statement.
pub(super) type Parameters<'w> = Vec<&'w (dyn ToSql + Sync)>;

/// Rows of one kind as columns; `n` says which record of the batch each belongs to.
pub(super) trait Columns {
    /// No rows.
    fn is_empty(&self) -> bool;

    /// One array a column, in the order of the statement's parameters.
    fn parameters(&self) -> Parameters<'_>;
}

/// Declares a row and the columns it is sent in. The fields are the statement's parameters, in
/// their order.
macro_rules! rows {
    ($(#[$doc:meta])* $row:ident<$life:lifetime> in $columns:ident {
        $($field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        pub(super) struct $row<$life> {
            $(pub(super) $field: $type,)*
        }

        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $columns<$life> {
            $($field: Vec<$type>,)*
        }

        impl<$life> $columns<$life> {
            pub(super) fn push(&mut self, row: $row<$life>) {
                $(self.$field.push(row.$field);)*
            }
        }

        impl $crate::record::columns::Columns for $columns<'_> {
            fn is_empty(&self) -> bool {
                self.n.is_empty()
            }

            fn parameters(&self) -> Vec<&(dyn $crate::database::ToSql + Sync)> {
                vec![$(&self.$field,)*]
            }
        }
    };
}

/// Declares a row that travels whole, as a value of the composite type of its statement's parameter:
/// the fields are that type's, in their order.
macro_rules! records {
    ($(#[$doc:meta])* $row:ident<$life:lifetime> in $records:ident {
        $($field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $row<$life> {
            $(pub(super) $field: $type,)*
        }

        impl $crate::database::ToSql for $row<'_> {
            fn to_sql(
                &self,
                of: &$crate::database::FieldType,
                out: &mut bytes::BytesMut,
            ) -> Result<
                $crate::database::IsNull,
                Box<dyn std::error::Error + Sync + Send>,
            > {
                $crate::record::columns::whole(&[$((stringify!($field), &self.$field),)*], of, out)
            }

            fn accepts(of: &$crate::database::FieldType) -> bool {
                matches!(of.kind(), $crate::database::Kind::Composite(_))
            }

            $crate::database::to_sql_checked!();
        }

        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(super) struct $records<$life>(Vec<$row<$life>>);

        impl<$life> $records<$life> {
            pub(super) fn push(&mut self, row: $row<$life>) {
                self.0.push(row);
            }
        }

        impl $crate::record::columns::Columns for $records<'_> {
            fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            fn parameters(&self) -> Vec<&(dyn $crate::database::ToSql + Sync)> {
                vec![&self.0]
            }
        }
    };
}

pub(super) use {records, rows};

/// A field of a row with its name.
type Named<'f> = (&'static str, &'f (dyn ToSql + Sync));

/// Writes a value of a composite type: number of fields, then of each its type, length and bytes. A
/// type that has other fields is refused: a statement and its row must not drift apart.
pub(super) fn whole(
    row: &[Named<'_>],
    of: &FieldType,
    out: &mut BytesMut,
) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
    let Kind::Composite(fields) = of.kind() else { return Err("not a composite type".into()) };
    let same = fields.iter().zip(row).all(|(field, (name, _))| field.name() == *name);
    if fields.len() != row.len() || !same {
        return Err(format!("the fields of {} are others", of.name()).into());
    }
    out.put_i32(i32::try_from(fields.len())?);
    for (field, (_, value)) in fields.iter().zip(row) {
        out.put_u32(field.type_().oid());
        let at = out.len();
        out.put_i32(-1);
        if let IsNull::No = value.to_sql_checked(field.type_(), out)? {
            let length = i32::try_from(out.len() - at - size_of::<i32>())?;
            if let Some(place) = out.get_mut(at..at + size_of::<i32>()) {
                place.copy_from_slice(&length.to_be_bytes());
            }
        }
    }
    Ok(IsNull::No)
}

/// A text array as PostgreSQL reads it: `{"a","b"}`.
pub(super) fn array(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::from("{");
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        for letter in item.as_ref().chars() {
            if matches!(letter, '"' | '\\') {
                text.push('\\');
            }
            text.push(letter);
        }
        text.push('"');
    }
    text.push('}');
    text
}

/// An array of anything that prints without quotes, commas or braces: days, ids.
pub(super) fn array_of(items: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    format!("{{{}}}", items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_quoted() {
        assert_eq!(array(Vec::<&str>::new()), "{}");
        assert_eq!(
            array(["KAS+00?", "a\"b", "c\\d", "e,f", ""]),
            r#"{"KAS+00?","a\"b","c\\d","e,f",""}"#
        );
        assert_eq!(array_of([1, 2]), "{1,2}");
    }
}
