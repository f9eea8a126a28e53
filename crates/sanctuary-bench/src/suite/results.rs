//! What came of the rounds. Of each figure the median counts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::memory::{IdleCost, Left};
use crate::contender::Contender;
use crate::measure::Outcome;

/// All outcomes of a run.
#[derive(Debug, Default)]
pub(crate) struct Results {
    outcomes: BTreeMap<(&'static str, Contender), Vec<Outcome>>,
    pub(crate) idle: Vec<IdleCost>,
    pub(crate) idle_tls: Vec<IdleCost>,
    pub(crate) leaving: Vec<Left>,
    pub(crate) joins: Vec<Duration>,
}

impl Results {
    /// Adds one.
    pub(crate) fn add(&mut self, name: &'static str, contender: Contender, outcome: Outcome) {
        let outcomes = self.outcomes.entry((name, contender)).or_default();
        outcomes.push(outcome);
    }

    /// The median of a figure of a measurement; `None` if that was not measured.
    pub(crate) fn median(
        &self,
        name: &'static str,
        contender: Contender,
        figure: impl Fn(&Outcome) -> f64,
    ) -> Option<f64> {
        let outcomes = self.outcomes.get(&(name, contender))?;
        median(outcomes.iter().map(figure))
    }

    /// A figure of a measurement over all rounds; `None` if that was not measured.
    pub(crate) fn spread(
        &self,
        measurement: (&'static str, Contender),
        figure: impl Fn(&Outcome) -> f64,
    ) -> Option<Spread> {
        Spread::of(self.outcomes.get(&measurement)?.iter().map(&figure))
    }

    /// The median of deliveries per CPU-second.
    pub(crate) fn per_cpu_second(&self, name: &'static str, contender: Contender) -> Option<f64> {
        self.median(name, contender, Outcome::per_cpu_second)
    }

    /// How much dearer a delivery of a contender's is in one measurement than in another, median to median.
    pub(crate) fn growth(
        &self,
        contender: Contender,
        from: &'static str,
        to: &'static str,
    ) -> Option<f64> {
        Some(self.per_cpu_second(from, contender)? / self.per_cpu_second(to, contender)?)
    }

    /// A figure of one measurement as so many times that of another one, within each round, so that
    /// what slowed both down cancels out.
    pub(crate) fn ratio(
        &self,
        ours: (&'static str, Contender),
        theirs: (&'static str, Contender),
        figure: impl Fn(&Outcome) -> f64,
    ) -> Option<Spread> {
        let ours = self.outcomes.get(&ours)?;
        let theirs = self.outcomes.get(&theirs)?;
        Spread::of(ours.iter().zip(theirs).map(|(a, b)| figure(a) / figure(b)))
    }
}

/// A figure over all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// `None` if there are no figures.
    pub(crate) fn of(figures: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        Some(Self {
            least: figures.clone().min_by(f64::total_cmp)?,
            median: median(figures.clone())?,
            most: figures.max_by(f64::total_cmp)?,
        })
    }
}

/// The middle of some figures; `None` if there are none.
pub(crate) fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let upper = *figures.get(middle)?;
    if figures.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *figures.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([].into_iter()), None);
        assert_eq!(median([3.0].into_iter()), Some(3.0));
        assert_eq!(median([9.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([9.0, 1.0, 2.0, 4.0].into_iter()), Some(3.0));
    }

    #[test]
    fn a_spread_goes_from_the_least_to_the_most() {
        let spread = Spread::of([2.0, 9.0, 1.0].into_iter()).unwrap();
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 2.0, 9.0));
        assert_eq!(Spread::of(std::iter::empty()), None);
    }
}
