//! Medians and spreads.

/// Figures of one kind, one for each repetition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle one; not a number if there is none.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The value below which this part of the figures lies, between two of them where need be.
    pub(crate) fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let Some(last) = sorted.len().checked_sub(1) else {
            return f64::NAN;
        };
        let at = part * last as f64;
        let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        low + (high - low) * at.fract()
    }

    /// The least and the greatest.
    pub(crate) fn range(&self) -> (f64, f64) {
        (self.quantile(0.0), self.quantile(1.0))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Samples by what was measured and of which page, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<(String, &'static str, Sample)>);

impl Samples {
    pub(crate) fn add(&mut self, figure: &str, page: &'static str, value: f64) {
        let known = self
            .0
            .iter_mut()
            .find(|(other, whose, _)| other == figure && *whose == page);
        match known {
            Some((_, _, sample)) => sample.add(value),
            None => {
                let mut sample = Sample::default();
                sample.add(value);
                self.0.push((figure.to_owned(), page, sample));
            }
        }
    }

    pub(crate) fn of(&self, figure: &str, page: &str) -> Sample {
        self.0
            .iter()
            .find(|(other, whose, _)| other == figure && *whose == page)
            .map(|(_, _, sample)| sample.clone())
            .unwrap_or_default()
    }

    /// The median; not a number if nothing was measured.
    pub(crate) fn median(&self, figure: &str, page: &str) -> f64 {
        self.of(figure, page).median()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, &'static str, Sample)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn a_median_lies_in_the_middle() {
        let mut sample = Sample::default();
        assert!(sample.median().is_nan());
        for value in [5.0, 1.0, 2.0] {
            sample.add(value);
        }
        assert_eq!(sample.median(), 2.0);
        sample.add(3.0);
        assert_eq!(sample.median(), 2.5);
        assert_eq!(sample.range(), (1.0, 5.0));
    }
}
