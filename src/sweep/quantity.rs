//! Quantities as a scenario file writes them, in decimal, so that the values of a range are as round as its ends.

use crate::scenario;
use crate::time::{Duration, NANOS_PER_SEC};

/// So many digits a quantity has at most.
const MOST_DIGITS: usize = 15;
/// So many of them are behind the point at most.
pub(super) const MOST_DECIMALS: u32 = 9;

/// What a quantity is a quantity of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A whole number.
    Whole,
    /// A number with a point.
    Number,
    /// A duration; its units are nanoseconds.
    Duration,
    /// A count per this, such as `h`.
    Rate(String),
    /// A percentage.
    Percent,
}

/// A quantity: so many units of ten to the power of minus `decimals`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) form: Form,
    pub(super) units: i128,
    pub(super) decimals: u32,
}

impl Quantity {
    /// The quantity that a text says; none if it says something else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((units, decimals)) = decimal(text) {
            let form = if text.contains('.') { Form::Number } else { Form::Whole };
            return Some(Quantity { form, units, decimals });
        }
        if let Some((units, decimals)) = text.strip_suffix('%').and_then(|number| decimal(number.trim_end())) {
            return Some(Quantity { form: Form::Percent, units, decimals });
        }
        if let Some((count, per)) = text.split_once('/') {
            scenario::parse_rate(text).ok()?;
            let (units, decimals) = decimal(count.trim())?;
            return Some(Quantity { form: Form::Rate(per.trim().to_owned()), units, decimals });
        }
        let nanos = scenario::parse_duration(text).ok()?.as_nanos();
        Some(Quantity { form: Form::Duration, units: nanos.into(), decimals: 0 })
    }

    /// The quantity in so many units of this size.
    pub(super) fn of(form: &Form, units: i128, decimals: u32) -> Self {
        Quantity { form: form.clone(), units, decimals }
    }

    /// Its units if it had so many decimals, which are not fewer than it has.
    pub(super) fn units_of(&self, decimals: u32) -> i128 {
        self.units * 10_i128.pow(decimals - self.decimals)
    }

    /// It as text, without the quotes that a scenario file wants around what is no number.
    pub(super) fn text(&self) -> String {
        match &self.form {
            Form::Whole => self.number(),
            // What has no point any more would be a whole number.
            Form::Number if self.number().contains('.') => self.number(),
            Form::Number => self.number() + ".0",
            Form::Percent => self.number() + "%",
            Form::Rate(per) => format!("{}/{per}", self.number()),
            Form::Duration => {
                let nanos = u64::try_from(self.units).unwrap_or(0);
                if nanos.is_multiple_of(NANOS_PER_SEC) {
                    scenario::spell_duration(Duration::from_nanos(nanos))
                } else {
                    let text = Duration::from_nanos(nanos).to_string();
                    text.trim_end_matches('0').to_owned() + "s"
                }
            }
        }
    }

    /// The number of its units, without zeros at the end of what is behind the point.
    fn number(&self) -> String {
        let power = 10_i128.pow(self.decimals);
        let sign = if self.units < 0 { "-" } else { "" };
        let (whole, rest) = (self.units.abs() / power, self.units.abs() % power);
        let text = format!("{sign}{whole}.{rest:0width$}", width = self.decimals as usize);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// It as a number, by [`Unit::of`]: seconds, calls an hour, a share.
    pub(super) fn value(&self) -> f64 {
        let number = self.units as f64 / 10_i128.pow(self.decimals) as f64;
        match &self.form {
            Form::Whole | Form::Number => number,
            Form::Duration => number / NANOS_PER_SEC as f64,
            Form::Percent => number / 100.0,
            Form::Rate(_) => {
                let per_second = scenario::parse_rate(&self.text()).unwrap_or(f64::NAN);
                // Of a rate per hour its own number, rather than one that was divided and multiplied.
                match &self.form {
                    Form::Rate(per) if per == "h" => number,
                    _ => per_second * 3_600.0,
                }
            }
        }
    }
}

/// A decimal number: its digits as a whole number, and how many of them are behind the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || digits.ends_with('.') || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if whole.len() + fraction.len() > MOST_DIGITS || fraction.len() > MOST_DECIMALS as usize {
        return None;
    }
    let units: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some((sign * units, fraction.len() as u32))
}

/// The unit of a value that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number.
    One,
    /// Seconds.
    Seconds,
    /// So many an hour.
    PerHour,
    /// A share, from 0 to 1.
    Share,
}

impl Unit {
    /// The unit of such quantities.
    pub(super) fn of(form: &Form) -> Self {
        match form {
            Form::Whole | Form::Number => Unit::One,
            Form::Duration => Unit::Seconds,
            Form::Rate(_) => Unit::PerHour,
            Form::Percent => Unit::Share,
        }
    }

    /// What a column of such numbers has behind its name, as those of `docs/output.md` have.
    pub fn suffix(self) -> &'static str {
        match self {
            Unit::One => "",
            Unit::Seconds => "_s",
            Unit::PerHour => "_per_h",
            Unit::Share => "_share",
        }
    }

    /// What an axis of such numbers has behind its name.
    pub fn words(self) -> &'static str {
        match self {
            Unit::One => "",
            Unit::Seconds => ", s",
            Unit::PerHour => ", per hour",
            Unit::Share => ", %",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written_as_a_scenario_has_them() {
        for (text, form, value, again) in [
            ("8", Form::Whole, 8.0, "8"),
            ("-0.50", Form::Number, -0.5, "-0.5"),
            ("2.0", Form::Number, 2.0, "2.0"),
            ("90s", Form::Duration, 90.0, "1m 30s"),
            ("1.25s", Form::Duration, 1.25, "1.25s"),
            ("0s", Form::Duration, 0.0, "0s"),
            ("360/h", Form::Rate("h".into()), 360.0, "360/h"),
            ("1.5/min", Form::Rate("min".into()), 90.0, "1.5/min"),
            ("12.5%", Form::Percent, 0.125, "12.5%"),
        ] {
            let quantity = Quantity::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((&quantity.form, quantity.text().as_str()), (&form, again), "{text}");
            assert!((quantity.value() - value).abs() < 1e-12, "{text}: {}", quantity.value());
        }
        for text in ["", "lowest-rank", "1e5", "5.", ".5", "08:30", "[1]", "1234567890123456", "5 minuts"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
