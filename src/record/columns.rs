//! Rows as columns: one array for each, as `unnest` takes them.

use crate::database::ToSql;

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

pub(super) use rows;

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
