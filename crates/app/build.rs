//! Builds the front end when `web/dist` is missing or older than its sources, so that plain `cargo run` works on a
//! fresh clone. `WEB_ASSETS=prebuilt` takes what is there (distribution builds). Everything else is xtask's code.

#[path = "../../xtask/src/assets.rs"]
mod assets;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    println!("cargo::rerun-if-env-changed=WEB_ASSETS");
    for source in assets::SOURCES.iter().chain([&assets::MANIFEST]) {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    match front_end(&web) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            for line in sentence.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn front_end(web: &Path) -> Result<(), String> {
    if std::env::var("WEB_ASSETS").is_ok_and(|value| value == "prebuilt") {
        let there = web.join(assets::MANIFEST).is_file();
        return there.then_some(()).ok_or("WEB_ASSETS says prebuilt, but web/dist/manifest.json is not there.".into());
    }
    if assets::stale(web)? {
        // Without words: cargo shows what a build script says only once it has ended.
        assets::build(web, &|_step| ())?;
    }
    Ok(())
}
