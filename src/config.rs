//! One struct from defaults, file and environment; validated at start.
