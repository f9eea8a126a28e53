//! Embeds the web client: makes the table in `src/assets.rs` from `web/dist`.
//!
//! Debug builds without `web/dist` get a page that says how to make it, so that Rust builds without Node. Release
//! builds refuse, unless `SANCTUARY_WITHOUT_WEB` is set (for fuzzing and benchmarks, which show no page).

// The standard output of a build script is how it speaks to cargo.
#![allow(clippy::print_stdout)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const WITHOUT_WEB: &str = "SANCTUARY_WITHOUT_WEB";

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>Sanctuary</title>
<h1>The web client is not built</h1>
<p>This is a development build without it. Run <code>make run</code>, or <code>npm ci &amp;&amp; npm run build</code> in
<code>web/</code> and build the server again.
";

fn main() {
    if let Err(message) = embed() {
        println!("cargo::error={message}");
    }
}

fn embed() -> Result<(), String> {
    let variable = |name: &str| env::var(name).map_err(|error| format!("{name}: {error}"));
    let dist = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    let out = Path::new(&variable("OUT_DIR")?).join("assets.rs");
    println!("cargo::rerun-if-env-changed={WITHOUT_WEB}");
    watch(&dist);
    let built = dist.join("index.html").is_file();
    if !built && variable("PROFILE")? == "release" && env::var_os(WITHOUT_WEB).is_none() {
        return Err("the web client is missing: run `make build`, or `npm ci && npm run build` in web/, then build again".into());
    }
    let table = if built { table(&dist)? } else { placeholder() };
    fs::write(&out, table).map_err(|error| format!("cannot write {}: {error}", out.display()))
}

/// Has cargo run this again when a file in `web/dist` changes. The directory is made if there is none: cargo takes a
/// missing path as changed, and would compile the crate anew each time.
fn watch(dist: &Path) {
    // Where the sources cannot be written to, compiling anew each time is the lesser evil.
    let _ = fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed={}", dist.display());
}

fn placeholder() -> String {
    format!(
        "pub(crate) static PAGE: Asset = Asset {{ path: \"/\", content_type: \"text/html; charset=utf-8\", worker: false, \
         plain: {PLACEHOLDER:?}.as_bytes(), brotli: None, gzip: None }};\n\
         static ASSETS: [Asset; 0] = [];\n"
    )
}

fn table(dist: &Path) -> Result<String, String> {
    let mut files = Vec::new();
    collect(dist, &mut files)
        .map_err(|error| format!("cannot read {}: {error}", dist.display()))?;
    files.sort();
    let assets = files
        .iter()
        .filter(|file| !is_variant(file))
        .map(|file| entry(dist, file))
        .collect::<Result<Vec<_>, _>>()?;
    let (page, rest): (Vec<_>, Vec<_>) = assets
        .into_iter()
        .partition(|asset| asset.contains("path: \"/index.html\""));
    let mut table = String::new();
    let write = |table: &mut String, text: &str| {
        writeln!(table, "{text}").map_err(|error| error.to_string())
    };
    write(
        &mut table,
        &format!("pub(crate) static PAGE: Asset = {};", page.concat()),
    )?;
    write(
        &mut table,
        &format!(
            "static ASSETS: [Asset; {}] = [{}];",
            rest.len(),
            rest.join(",\n")
        ),
    )?;
    Ok(table)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether the file is the compressed form of another one.
fn is_variant(file: &Path) -> bool {
    let compressed = file
        .extension()
        .is_some_and(|extension| extension == "br" || extension == "gz");
    compressed && file.with_extension("").is_file()
}

fn entry(dist: &Path, file: &Path) -> Result<String, String> {
    let name = file
        .strip_prefix(dist)
        .map_err(|error| error.to_string())?
        .display()
        .to_string();
    let path = format!("/{}", name.replace('\\', "/"));
    let content_type = content_type(file)
        .ok_or_else(|| format!("web/dist{path}: say its media type in build.rs"))?;
    let stem = file.file_name().unwrap_or_default().to_string_lossy();
    let worker = stem.contains("worker") && content_type.starts_with("text/javascript");
    Ok(format!(
        "Asset {{ path: {path:?}, content_type: {content_type:?}, worker: {worker}, plain: {}, brotli: {}, gzip: {} }}",
        include(file)?,
        variant(file, "br")?,
        variant(file, "gz")?,
    ))
}

fn variant(file: &Path, extension: &str) -> Result<String, String> {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let path = PathBuf::from(name);
    if path.is_file() {
        Ok(format!("Some({})", include(&path)?))
    } else {
        Ok("None".to_owned())
    }
}

fn include(file: &Path) -> Result<String, String> {
    let path = file
        .canonicalize()
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(format!("include_bytes!({:?})", path.display().to_string()))
}

fn content_type(file: &Path) -> Option<&'static str> {
    Some(match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
