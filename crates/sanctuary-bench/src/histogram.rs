//! Latencies, counted in buckets that are as wide as a sixty-fourth of their value, so that
//! millions of them take a few kilobytes and percentiles are within 2%.

use std::time::Duration;

/// Buckets per doubling, as a power of two.
const PRECISION: u32 = 6;
const PER_OCTAVE: usize = 1 << PRECISION;

/// How often each latency was seen.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
}

impl Histogram {
    /// An empty histogram.
    pub(crate) fn new() -> Self {
        Self {
            buckets: vec![0; PER_OCTAVE * (65 - PRECISION as usize)],
            count: 0,
        }
    }

    /// Counts one latency.
    pub(crate) fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get_mut(bucket_of(nanos)) {
            *bucket += 1;
            self.count += 1;
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.buckets.fill(0);
        self.count = 0;
    }

    /// The latency that a share of all, from 0 to 1, does not exceed. `None` if there are none.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    pub(crate) fn percentile(&self, share: f64) -> Option<Duration> {
        let rank = ((self.count as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some(Duration::from_nanos(upper_bound(bucket)))
    }
}

/// Values below [`PER_OCTAVE`] have a bucket each; above, the highest bits name it.
fn bucket_of(nanos: u64) -> usize {
    let shift = (64 - nanos.leading_zeros()).saturating_sub(PRECISION + 1);
    let mantissa = usize::try_from(nanos >> shift).unwrap_or(usize::MAX);
    shift as usize * PER_OCTAVE + mantissa
}

/// The largest value in a bucket.
fn upper_bound(bucket: usize) -> u64 {
    let shift = (bucket / PER_OCTAVE).saturating_sub(1);
    let mantissa = (bucket - shift * PER_OCTAVE) as u64;
    (u128::from(mantissa + 1) << shift)
        .saturating_sub(1)
        .try_into()
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_its_bucket() {
        for value in (0..100_000).chain([1 << 20, (1 << 40) - 1, u64::MAX - 1, u64::MAX]) {
            let bucket = bucket_of(value);
            let upper = upper_bound(bucket);
            assert!(upper >= value, "{value} {upper}");
            assert!(upper - value <= value / 64 + 1, "{value} {upper}");
            if bucket > 0 {
                assert!(upper_bound(bucket - 1) < value, "{value}");
            }
        }
    }

    #[test]
    fn percentiles_are_those_of_the_values() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.percentile(0.5), None);
        for micros in 1..=1000 {
            histogram.record(Duration::from_micros(micros));
        }
        for (share, micros) in [(0.5, 500), (0.99, 990), (1.0, 1000)] {
            let found = histogram.percentile(share).unwrap();
            let exact = Duration::from_micros(micros);
            assert!(found >= exact && found < exact * 102 / 100, "{found:?}");
        }
        histogram.clear();
        assert_eq!(histogram.percentile(0.5), None);
    }
}
