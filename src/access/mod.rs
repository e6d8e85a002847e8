//! Who may do what: role, principal, pass, scope. Pure.
