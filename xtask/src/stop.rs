//! How a task ends when it cannot go on: in one plain sentence, with an exit code that says whether a check failed
//! (1) or something is missing on this machine (2).

use std::process::ExitCode;

/// Why a task stops.
#[derive(Debug)]
pub enum Stop {
    /// A check failed, or a step did not work.
    Failed(String),
    /// Tests ran, and not all passed: their count is the closing line, on standard output.
    Counted(String),
    /// A program is missing; nothing was checked.
    Missing(String),
}

impl Stop {
    /// Says the sentence (on standard error, but for a count) and gives the exit code.
    pub fn report(self) -> ExitCode {
        let (sentence, code) = match self {
            Stop::Failed(sentence) => (sentence, 1),
            Stop::Counted(line) => {
                println!("{line}");
                return ExitCode::FAILURE;
            }
            Stop::Missing(sentence) => (sentence, 2),
        };
        eprintln!("{sentence}");
        ExitCode::from(code)
    }
}

impl From<String> for Stop {
    fn from(sentence: String) -> Self {
        Stop::Failed(sentence)
    }
}

/// Tells the person what is being done; on standard error, so that standard output holds results only.
pub fn say(step: &str) {
    eprintln!("· {step}");
}
