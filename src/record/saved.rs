//! Answers kept under idempotency keys (fine-print.md, "Idempotency").

use super::judge::{answer, repeated};
use super::statements::ANSWERS;
use crate::database::{Database, DatabaseError};
use crate::model::{Claim, Committed, SavedAnswer};

/// What is kept for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// The answer to this very body.
    Same(SavedAnswer),
    /// Something for another body.
    Other,
}

/// What is kept for a key; none where it was never used, or long ago.
pub async fn saved(database: &Database, claim: &Claim) -> Result<Option<Saved>, DatabaseError> {
    Ok(all_saved(database, &[*claim]).await?.pop().flatten())
}

/// What is kept for keys, in their order.
pub async fn all_saved(
    database: &Database,
    claims: &[Claim],
) -> Result<Vec<Option<Saved>>, DatabaseError> {
    let keys: Vec<&[u8]> = claims.iter().map(|claim| claim.key_hash.as_slice()).collect();
    let rows = database.reader().await?.rows(&ANSWERS, &[&keys]).await?;
    let mut kept = vec![None; claims.len()];
    for row in &rows {
        let key: &[u8] = row.try_get("key_hash")?;
        let fingerprint: &[u8] = row.try_get("fingerprint")?;
        for (claim, kept) in claims.iter().zip(&mut kept) {
            if claim.key_hash == key {
                *kept = Some(Saved::of(repeated(fingerprint, answer(row)?, claim)));
            }
        }
    }
    Ok(kept)
}

impl Saved {
    /// A repetition, as the lane would answer it.
    fn of(repeated: Committed) -> Self {
        if let Committed::Replayed(answer) = repeated { Self::Same(answer) } else { Self::Other }
    }
}
