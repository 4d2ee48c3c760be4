//! Makes an int8 model: `cargo run --release -p vision --example quantize -- model.onnx int8.onnx`.

use std::{path::Path, process::ExitCode};

use vision::models::{Range, quantize};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = &arguments[..] else {
        eprintln!("usage: quantize model.onnx int8.onnx");
        return ExitCode::FAILURE;
    };
    match quantize(Path::new(from), Path::new(to), Range::Full) {
        Ok(done) => {
            println!("{done:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
