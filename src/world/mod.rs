//! Importing and changing the world, the loader that swaps the atlas, area questions.
