//! Migrations are compiled in; a new file among them has to trigger a build.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
