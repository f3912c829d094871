//! Rates by weekday and interval, and the days that are unlike others of their weekday.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::cells::{Cells, DAY_NANOS, nanos};
use super::collected::Days;
use crate::time::Duration;

/// A day whose number of calls is unlike that of other days of its weekday.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpecialDay {
    /// The group whose calls they are.
    pub group: String,
    /// The day.
    pub date: String,
    /// The calls that were offered to the group on it.
    pub offered: u64,
    /// The median of the days of its weekday.
    pub usual: f64,
}

/// The mean calls of each interval of each weekday, without the special days; and the calls of those.
pub(super) struct Week {
    /// By weekday, from Monday on (0), and interval of the day: the mean calls. Intervals without calls are left out.
    pub(super) usual: BTreeMap<(i8, i64), f64>,
    /// Days with their intervals' calls; a day of no calls has none.
    pub(super) special: BTreeMap<Date, BTreeMap<i64, u64>>,
    /// The median of the weekday of each special day.
    pub(super) medians: BTreeMap<Date, f64>,
}

/// With fewer days of a weekday none of them is called special.
const FEWEST_DAYS: usize = 4;
/// A modified z-score above it is an outlier (B. Iglewicz and D. Hoaglin, "How to detect and handle outliers", 1993).
const OUTLIER: f64 = 3.5;
/// The standard deviation of a normal law over the median of its absolute deviations.
const DEVIATION: f64 = 1.482_602_218_505_602;
/// The deviation that is taken for granted, of the median: with a handful of days their median deviation may be next to
/// nothing, and daily totals of centers vary by about so much.
const LEAST_DEVIATION: f64 = 0.05;

/// The week of a group, in intervals that make up a day.
///
/// A day is special if it is further from the median of its weekday than 3.5 deviations. The deviation is estimated by the
/// median absolute deviation, and is at least that of a Poisson number of calls and 5 % of the median.
pub(super) fn week(cells: &Cells, days: Days, every: Duration, group: u16) -> Week {
    let mut of_weekday = BTreeMap::<i8, Vec<(Date, BTreeMap<i64, u64>)>>::new();
    for date in days.each() {
        let Some(start) = nanos(date.to_datetime(jiff::civil::Time::midnight())) else { continue };
        let intervals = cells.intervals(start, start + DAY_NANOS, every, group);
        let intervals = intervals.into_iter().map(|(index, happened)| (index, happened.offered)).collect();
        of_weekday.entry(weekday(date)).or_default().push((date, intervals));
    }
    let mut week = Week { usual: BTreeMap::new(), special: BTreeMap::new(), medians: BTreeMap::new() };
    for (weekday, days) in of_weekday {
        let totals: Vec<u64> = days.iter().map(|day| day.1.values().sum()).collect();
        let middle = median(totals.iter().map(|&total| total as f64).collect());
        let spread = median(totals.iter().map(|&total| (total as f64 - middle).abs()).collect());
        let deviation = (DEVIATION * spread).max(middle.sqrt()).max(LEAST_DEVIATION * middle);
        let is_special = |total: u64| days.len() >= FEWEST_DAYS && (total as f64 - middle).abs() > OUTLIER * deviation;
        let usual_days = totals.iter().filter(|&&total| !is_special(total)).count() as f64;
        for ((date, intervals), total) in days.iter().zip(totals) {
            if is_special(total) {
                week.special.insert(*date, intervals.clone());
                week.medians.insert(*date, middle);
            } else {
                for (&interval, &calls) in intervals {
                    *week.usual.entry((weekday, interval)).or_default() += calls as f64;
                }
            }
        }
        for (_, calls) in week.usual.range_mut((weekday, 0)..=(weekday, i64::MAX)) {
            *calls /= usual_days;
        }
    }
    week
}

/// A date's weekday, from Monday on (0).
pub(super) fn weekday(date: Date) -> i8 {
    date.weekday().to_monday_zero_offset()
}

/// How a profile names a weekday.
pub(super) fn name(weekday: i8) -> &'static str {
    match Weekday::from_monday_zero_offset(weekday) {
        Ok(Weekday::Monday) => "mon",
        Ok(Weekday::Tuesday) => "tue",
        Ok(Weekday::Wednesday) => "wed",
        Ok(Weekday::Thursday) => "thu",
        Ok(Weekday::Friday) => "fri",
        Ok(Weekday::Saturday) => "sat",
        _ => "sun",
    }
}

/// The mean of the two in the middle where there is no one.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[half] } else { (numbers[half - 1] + numbers[half]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::cells::Happened;
    use jiff::ToSpan;
    use jiff::civil::date;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// Mondays from 4 January 1999 on with so many calls at nine, and one at ten.
    fn mondays(calls: &[u64]) -> (Cells, Days) {
        let mut cells = Cells::new(&[HOUR]);
        for (index, &offered) in calls.iter().enumerate() {
            let monday = date(1999, 1, 4).saturating_add((7 * index as i64).days());
            for (hour, offered) in [(9, offered), (10, u64::from(offered > 0))] {
                if offered > 0 {
                    let at = nanos(monday.at(hour, 0, 0, 0)).unwrap();
                    cells.add(at, 0, &Happened { offered, ..Happened::default() }).unwrap();
                }
            }
        }
        (cells, Days { from: date(1999, 1, 4), count: 7 * calls.len() as u32 })
    }

    #[test]
    fn a_weekday_has_the_mean_of_its_usual_days() {
        let (cells, days) = mondays(&[100, 110, 120, 0, 90]);
        let week = week(&cells, days, HOUR, 0);
        assert_eq!(week.usual, BTreeMap::from([((0, 9), 105.0), ((0, 10), 1.0)]));
        // The fourth is without calls, and the only one that is unlike the others.
        assert_eq!(week.special, BTreeMap::from([(date(1999, 1, 25), BTreeMap::new())]));
        assert_eq!(week.medians[&date(1999, 1, 25)], 101.0);
    }

    #[test]
    fn a_day_is_special_only_if_there_are_enough_to_tell() {
        let special = |calls: &[u64]| {
            let (cells, days) = mondays(calls);
            week(&cells, days, HOUR, 0).special.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(special(&[100, 100, 300]), []);
        assert_eq!(special(&[100, 100, 100, 300]), [date(1999, 1, 25)]);
        // 3.5 deviations of a Poisson number of 100 calls and one more are 35; so are 17.5 % of 10,000.
        assert_eq!(special(&[100, 100, 100, 135]), []);
        assert_eq!(special(&[100, 100, 100, 137]), [date(1999, 1, 25)]);
        assert_eq!(special(&[10_000, 10_000, 10_000, 11_700]), []);
        assert_eq!(special(&[10_000, 10_000, 10_000, 11_800]), [date(1999, 1, 25)]);
    }
}
