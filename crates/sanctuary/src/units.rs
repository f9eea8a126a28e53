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
        /// What to write.
        bounds: Bounds,
        /// The number that was written without a unit, if it was, and the unit that it then has.
        bare: Option<(String, &'static str)>,
    },
}

/// What a time or a size may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Whether zero is one, though it is less than the least.
    or_zero: bool,
    least: u64,
    most: u64,
    kind: &'static Kind,
}

impl std::fmt::Display for Bounds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let zero = if self.or_zero { "0 or " } else { "" };
        let [least, most] = [self.least, self.most].map(|value| write(value, self.kind.units));
        write!(formatter, "{zero}from {least} to {most}")
    }
}

/// What units there are.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    /// The largest first.
    units: &'static [(&'static str, u64)],
    /// What a number without a unit counts.
    default_unit: &'static str,
    /// What to write.
    example: &'static str,
}

impl std::error::Error for UnitError {}

impl std::fmt::Display for UnitError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form { example } => write!(formatter, "write {example}"),
            Self::Range { bounds, bare: None } => write!(formatter, "choose {bounds}"),
            Self::Range {
                bounds,
                bare: Some((number, unit)),
            } => write!(
                formatter,
                "the unit is missing, and {number} alone means {number}{unit}; choose {bounds}"
            ),
        }
    }
}

/// Times in milliseconds.
const TIME: Kind = Kind {
    units: &[("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)],
    default_unit: "s",
    example: "a number with its unit, such as 500ms, 90s, 10m or 1h",
};

/// Sizes in bytes.
const SIZE: Kind = Kind {
    units: &[
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("B", 1),
    ],
    default_unit: "B",
    example: "a number with its unit, such as 4096B, 512KiB or 4MiB",
};

/// A parser of times within bounds in seconds; a number without a unit counts seconds.
pub(crate) fn time(
    least_s: u64,
    most_s: u64,
) -> impl Fn(&str) -> Result<Duration, UnitError> + Clone + Send + Sync {
    times(Bounds {
        or_zero: false,
        least: least_s * 1000,
        most: most_s * 1000,
        kind: &TIME,
    })
}

/// The same, where zero switches something off.
pub(crate) fn time_or_zero(
    least_s: u64,
    most_s: u64,
) -> impl Fn(&str) -> Result<Duration, UnitError> + Clone + Send + Sync {
    times(Bounds {
        or_zero: true,
        least: least_s * 1000,
        most: most_s * 1000,
        kind: &TIME,
    })
}

fn times(bounds: Bounds) -> impl Fn(&str) -> Result<Duration, UnitError> + Clone + Send + Sync {
    move |text| bounds.read(text).map(Duration::from_millis)
}

/// A parser of sizes within bounds in bytes; a number without a unit counts bytes.
pub(crate) fn size<T: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<T, UnitError> + Clone + Send + Sync {
    sizes(Bounds {
        or_zero: false,
        least,
        most,
        kind: &SIZE,
    })
}

/// The same, where zero switches something off.
pub(crate) fn size_or_zero<T: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<T, UnitError> + Clone + Send + Sync {
    sizes(Bounds {
        or_zero: true,
        least,
        most,
        kind: &SIZE,
    })
}

fn sizes<T: TryFrom<u64>>(
    bounds: Bounds,
) -> impl Fn(&str) -> Result<T, UnitError> + Clone + Send + Sync {
    move |text| {
        let bytes = bounds.read(text)?;
        T::try_from(bytes).map_err(|_| UnitError::Range { bounds, bare: None })
    }
}

impl Bounds {
    fn read(self, text: &str) -> Result<u64, UnitError> {
        let example = self.kind.example;
        let value = self.kind.read(text).ok_or(UnitError::Form { example })?;
        if (self.least..=self.most).contains(&value) || (self.or_zero && value == 0) {
            return Ok(value);
        }
        let has_unit = !text.bytes().all(|byte| byte.is_ascii_digit());
        // Nothing is nothing in any unit.
        let bare = (!has_unit && value != 0).then(|| (text.to_owned(), self.kind.default_unit));
        Err(UnitError::Range { bounds: self, bare })
    }
}

impl Kind {
    fn read(&self, text: &str) -> Option<u64> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = if unit.is_empty() {
            self.default_unit
        } else {
            unit.trim_start()
        };
        let mut units = self.units.iter();
        let (_, factor) = units.find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        number.parse::<u64>().ok()?.checked_mul(*factor)
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
    fn says_that_a_unit_is_missing() {
        let said = |text| time(300, 3600)(text).unwrap_err().to_string();
        let bare = "the unit is missing, and 10 alone means 10s; choose from 5m to 1h";
        assert_eq!(said("10"), bare);
        assert_eq!(said("10s"), "choose from 5m to 1h");
        assert_eq!(said("0"), "choose from 5m to 1h");
        assert_eq!(
            size::<u32>(4096, 1 << 20)("512").unwrap_err().to_string(),
            "the unit is missing, and 512 alone means 512B; choose from 4KiB to 1MiB"
        );
    }

    #[test]
    fn zero_may_stand_beside_the_bounds() {
        assert_eq!(time_or_zero(1, 600)("0").unwrap(), Duration::ZERO);
        let read = size_or_zero::<usize>(8 << 20, 1 << 40);
        assert_eq!((read("0").unwrap(), read("0MiB").unwrap()), (0, 0));
        assert_eq!(read("8MiB").unwrap(), 8 << 20);
        assert_eq!(
            read("8191KiB").unwrap_err().to_string(),
            "choose 0 or from 8MiB to 1TiB"
        );
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
