//! The `veneer` binary.
fn main() {}
