//! Times and sizes as people write them: `90s`, `10m`, `4MiB`.

use std::time::Duration;

/// Why a text is not a time or a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnitError {
    /// Not a number with one of the units.
    Form {
        /// What to write.
        example: &'static str,
    },
    /// Not between the bounds.
    Range {
        /// The least, as one would write it.
        least: String,
        /// The most, as one would write it.
        most: String,
    },
}

impl std::error::Error for UnitError {}

impl std::fmt::Display for UnitError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form { example } => write!(formatter, "write {example}"),
            Self::Range { least, most } => write!(formatter, "choose from {least} to {most}"),
        }
    }
}

/// Units of time in milliseconds, the largest first.
const TIME: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Units of size in bytes, the largest first.
const SIZE: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// A parser of times within bounds in seconds; a number without a unit counts seconds.
pub(crate) fn time(
    least_s: u64,
    most_s: u64,
) -> impl Fn(&str) -> Result<Duration, UnitError> + Clone + Send + Sync {
    move |text| {
        let example = "a number with its unit, such as 500ms, 90s, 10m or 1h";
        let milliseconds = read(text, "s", &TIME).ok_or(UnitError::Form { example })?;
        within(milliseconds, least_s * 1000, most_s * 1000, &TIME).map(Duration::from_millis)
    }
}

/// A parser of sizes within bounds in bytes; a number without a unit counts bytes.
pub(crate) fn size<T: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<T, UnitError> + Clone + Send + Sync {
    move |text| {
        let example = "a number with its unit, such as 4096B, 512KiB or 4MiB";
        let bytes = read(text, "B", &SIZE).ok_or(UnitError::Form { example })?;
        let bytes = within(bytes, least, most, &SIZE)?;
        T::try_from(bytes).map_err(|_| UnitError::Form { example })
    }
}

fn read(text: &str, default_unit: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = if unit.is_empty() {
        default_unit
    } else {
        unit.trim_start()
    };
    let (_, factor) = units
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn within(value: u64, least: u64, most: u64, units: &[(&str, u64)]) -> Result<u64, UnitError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(UnitError::Range {
            least: write(least, units),
            most: write(most, units),
        })
    }
}

/// The value in the largest unit that needs no fraction.
fn write(value: u64, units: &[(&str, u64)]) -> String {
    let fitting = units
        .iter()
        .find(|(_, factor)| value != 0 && value.is_multiple_of(*factor));
    fitting.map_or_else(
        || value.to_string(),
        |(name, factor)| format!("{}{name}", value / factor),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        let read = time(0, 3600);
        assert_eq!(read("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(read("60m").unwrap(), Duration::from_secs(3600));
        assert_eq!(read("1h").unwrap(), Duration::from_secs(3600));
        assert_eq!(read("1500 ms").unwrap(), Duration::from_millis(1500));
        assert_eq!(read("30").unwrap(), Duration::from_secs(30));
        assert_eq!(read("0").unwrap(), Duration::ZERO);
        for text in [
            "",
            "s",
            "-1s",
            "1.5m",
            "10d",
            "m10",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert!(matches!(read(text), Err(UnitError::Form { .. })), "{text}");
        }
        assert_eq!(read("2h").unwrap_err().to_string(), "choose from 0 to 1h");
    }

    #[test]
    fn reads_sizes() {
        let read = size::<usize>(1024, 16 << 20);
        assert_eq!(read("4MiB").unwrap(), 4 << 20);
        assert_eq!(read("512kib").unwrap(), 512 << 10);
        assert_eq!(read("65536").unwrap(), 65536);
        assert_eq!(
            read("17MiB").unwrap_err().to_string(),
            "choose from 1KiB to 16MiB"
        );
        assert!(matches!(read("4MB"), Err(UnitError::Form { .. })));
    }
}
