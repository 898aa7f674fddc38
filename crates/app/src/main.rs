//! The command line: thin. Each command is a sentence of the house; what it does is in the library.

use std::process::ExitCode;

use clap::Parser;
use stairgate::cli::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The program could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", stairgate::operate::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
