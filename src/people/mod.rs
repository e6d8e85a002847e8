//! Profiles, certificates, imports, who may see whom.
