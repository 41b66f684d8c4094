//! Aludel beside its peers: see `benches/`.
