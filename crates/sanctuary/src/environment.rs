//! Variables of the environment that look like options and are none.
//!
//! A misspelt one would leave the operator with a default, unknowingly; so it is refused, as a misspelt option is.

use std::env;

/// What the names of all our variables begin with.
const PREFIX: &str = "SANCTUARY_";

/// Variables of the tests, the proofs and the build, which stand in the environment of the programs that they start.
const OF_DEVELOPMENT: [&str; 10] = [
    "SANCTUARY_BIN",
    "SANCTUARY_FAULTY",
    "SANCTUARY_FUZZ",
    "SANCTUARY_FUZZ_SEED",
    "SANCTUARY_MEMBER",
    "SANCTUARY_PEER",
    "SANCTUARY_REMEMBERING",
    "SANCTUARY_SWAP_CASE",
    "SANCTUARY_WITHOUT_WEB",
    "SANCTUARY_XSS",
];

/// What is wrong with the variables of this process, if anything is; `options` are the names of those that there are.
pub(crate) fn complaint(options: &[String]) -> Option<String> {
    let ours = env::vars_os().filter_map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        let value = value.to_string_lossy();
        (is_ours(&name) && !is_of_a_cluster(&name, &value)).then_some(name)
    });
    let mut unknown: Vec<_> = ours.filter(|name| !options.contains(name)).collect();
    unknown.sort();
    let unknown = unknown.first()?;
    let nearest = nearest(unknown, options)?;
    Some(format!(
        "there is no {unknown} among the variables of the environment that are options: write {nearest}, if that is \
         meant, or take it away"
    ))
}

fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && !OF_DEVELOPMENT.contains(&name)
}

/// Whether Kubernetes has set it (or Docker, for a link), which does so in every container for each service: one by the name
/// `sanctuary` makes `SANCTUARY_SERVICE_HOST`, `SANCTUARY_PORT=tcp://10.0.0.1:8080` and `SANCTUARY_PORT_8080_TCP_ADDR` of it.
fn is_of_a_cluster(name: &str, value: &str) -> bool {
    let mut ports = name.split("_PORT_").skip(1);
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || (name.ends_with("_PORT") && value.contains("://"))
        || ports.any(|port| port.starts_with(|first: char| first.is_ascii_digit()))
}

/// The name that takes the fewest changes.
fn nearest<'a>(name: &str, options: &'a [String]) -> Option<&'a String> {
    options
        .iter()
        .min_by_key(|option| strsim::osa_distance(option, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_sets_is_known() {
        for (name, value) in [
            ("SANCTUARY_SERVICE_HOST", "10.0.0.1"),
            ("SANCTUARY_SERVICE_PORT", "8080"),
            ("SANCTUARY_SERVICE_PORT_HTTP", "8080"),
            ("SANCTUARY_PORT", "tcp://10.0.0.1:8080"),
            ("SANCTUARY_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("SANCTUARY_PORT_8080_TCP_PROTO", "tcp"),
            ("SANCTUARY_WEB_SERVICE_HOST", "10.0.0.2"),
        ] {
            assert!(is_of_a_cluster(name, value), "{name}");
        }
        for (name, value) in [
            ("SANCTUARY_PORT", "8080"),
            ("SANCTUARY_LISTN", "127.0.0.1:8080"),
            ("SANCTUARY_PORT_NUMBER", "8080"),
        ] {
            assert!(!is_of_a_cluster(name, value), "{name}");
        }
    }
}
