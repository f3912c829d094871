//! Which items of work are a shard's.

use std::fmt;

/// One of so many shards, and the items of work that are its own.
///
/// The item with the number `i`, from 1, is that of shard `(i - 1) mod N + 1` of `N`: a pure function of the two, so that no
/// machine has to ask another. Neighbours, which tend to be as long as each other, go to different shards.
///
/// ```
/// use acdsim::shard::Shard;
///
/// let shard: Shard = "2/3".parse().unwrap();
/// assert!(shard.items(8).eq([2, 5, 8]));
/// assert!("4/3".parse::<Shard>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u32,
    total: u32,
}

/// So many shards an experiment may have.
const MOST: u32 = 1_000_000;

impl Shard {
    /// All of the work.
    pub const WHOLE: Shard = Shard { number: 1, total: 1 };

    /// The shard of this number, from 1, of so many.
    ///
    /// # Errors
    ///
    /// Unless the number is from 1 to the total, and that from 1 to 1,000,000; the text says so.
    pub fn new(number: u32, total: u32) -> Result<Self, String> {
        if !(1..=MOST).contains(&total) {
            return Err(format!("there may be 1 to {MOST} shards, and not {total}"));
        }
        if !(1..=total).contains(&number) {
            return Err(format!("shards are numbered from 1 to their total: {number} is none of {total}"));
        }
        Ok(Shard { number, total })
    }

    /// Its number, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many shards there are.
    pub fn total(self) -> u32 {
        self.total
    }

    /// The items that are its own of those from 1 to `all`, in order.
    pub fn items(self, all: u32) -> impl Iterator<Item = u32> {
        (self.number..=all).step_by(self.total as usize)
    }

    /// How many items are its own of those from 1 to `all`.
    pub fn count(self, all: u32) -> u32 {
        ((u64::from(all) + u64::from(self.total - self.number)) / u64::from(self.total)) as u32
    }

    /// The shard that an item is of, with as many shards in all.
    pub fn of_item(item: u32, total: u32) -> Shard {
        Shard { number: (item - 1) % total + 1, total }
    }

    /// What `K/N` says, or what the environment of an array job says where it is `auto` or `auto/N`.
    ///
    /// | who runs the job | variables |
    /// | --- | --- |
    /// | Slurm | `SLURM_ARRAY_TASK_ID`, `_COUNT`, `_MIN`, `_STEP` |
    /// | Kubernetes, an indexed job | `JOB_COMPLETION_INDEX`, from 0; it does not say how many there are: `auto/N` |
    /// | AWS Batch | `AWS_BATCH_JOB_ARRAY_INDEX`, from 0, and `AWS_BATCH_JOB_ARRAY_SIZE` |
    ///
    /// # Errors
    ///
    /// If it is none of these, or the variables are not there, say it twice, or do not fit; the text says what is allowed.
    pub fn read(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("auto") else { return text.parse() };
        let stated = match rest.strip_prefix('/') {
            Some(total) => Some(whole("the total", total)?),
            None if rest.is_empty() => None,
            None => return Err(FORMS.to_owned()),
        };
        let mut found = Vec::new();
        for array in &ARRAYS {
            found.extend(array.read(&variable, stated)?.map(|shard| (array.id, shard)));
        }
        match found[..] {
            [(_, shard)] => Ok(shard),
            [] => Err(format!(
                "none of {} is set: this is no task of an array job",
                ARRAYS.each_ref().map(|it| it.id).join(", ")
            )),
            [(one, _), (other, _), ..] => Err(format!("both {one} and {other} are set: say K/N")),
        }
    }
}

/// What `--shard` may say.
const FORMS: &str = "it is K/N, such as 3/16, or auto or auto/N in a task of an array job";

fn whole(what: &str, text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{what} is {text:?}, which is no whole number: {FORMS}"))
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, total) = text.split_once('/').ok_or(FORMS)?;
        Shard::new(whole("the shard", number)?, whole("the total", total)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.total)
    }
}

/// Where those who run array jobs tell a task which one it is.
struct Array {
    id: &'static str,
    /// The variable of the least id, or the least id itself.
    least: (Option<&'static str>, u32),
    step: Option<&'static str>,
    count: Option<&'static str>,
}

const ARRAYS: [Array; 3] = [
    Array {
        id: "SLURM_ARRAY_TASK_ID",
        least: (Some("SLURM_ARRAY_TASK_MIN"), 1),
        step: Some("SLURM_ARRAY_TASK_STEP"),
        count: Some("SLURM_ARRAY_TASK_COUNT"),
    },
    Array { id: "JOB_COMPLETION_INDEX", least: (None, 0), step: None, count: None },
    Array { id: "AWS_BATCH_JOB_ARRAY_INDEX", least: (None, 0), step: None, count: Some("AWS_BATCH_JOB_ARRAY_SIZE") },
];

impl Array {
    /// What the environment says; nothing if the job is none of this kind.
    fn read(&self, variable: impl Fn(&str) -> Option<String>, stated: Option<u32>) -> Result<Option<Shard>, String> {
        let value = |name: &str| variable(name).map(|text| whole(name, &text)).transpose();
        let of = |name: Option<&str>| name.map_or(Ok(None), &value);
        let Some(id) = value(self.id)? else { return Ok(None) };
        let least = of(self.least.0)?.unwrap_or(self.least.1);
        let step = of(self.step)?.unwrap_or(1).max(1);
        let total = match (stated, of(self.count)?) {
            (Some(stated), Some(counted)) if stated != counted => {
                return Err(format!("auto/{stated} is for {stated} shards, and the array job has {counted}"));
            }
            (stated, counted) => stated.or(counted).ok_or_else(|| {
                let unset = self.count.map_or(String::new(), |name| format!(", and {name} is not set"));
                format!("{} does not say how many there are{unset}: say auto/N", self.id)
            })?,
        };
        let outside = || format!("{} is {id}, which is none of {total} from {least}", self.id);
        let steps = id.checked_sub(least).filter(|beyond| beyond % step == 0).ok_or_else(outside)? / step;
        Shard::new(steps.saturating_add(1), total).map(Some).map_err(|_| outside())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|it| it.1.to_owned());
        Shard::read(text, variable).map(|shard| shard.to_string())
    }

    proptest! {
        #[test]
        fn each_item_is_of_one_shard_and_no_shard_has_two_more_than_another(all in 0_u32..500, total in 1_u32..40) {
            let mut owners = vec![0; all as usize];
            for number in 1..=total {
                let shard = Shard::new(number, total).unwrap();
                let items: Vec<u32> = shard.items(all).collect();
                prop_assert_eq!(items.len() as u32, shard.count(all));
                prop_assert!((all / total..=all.div_ceil(total)).contains(&shard.count(all)));
                for item in items {
                    prop_assert_eq!(Shard::of_item(item, total), shard);
                    owners[item as usize - 1] += 1;
                }
            }
            prop_assert!(owners.iter().all(|&owners| owners == 1));
        }
    }

    #[test]
    fn what_is_written_is_read_or_refused() {
        assert_eq!(read("3/16", &[]).unwrap(), "3/16");
        for (text, said) in [
            ("3", "it is K/N"),
            ("0/4", "0 is none of 4"),
            ("5/4", "5 is none of 4"),
            ("1/0", "not 0"),
            ("1/1000001", "1 to 1000000"),
            ("x/4", "\"x\""),
            ("automatic", "it is K/N"),
            ("auto/x", "\"x\""),
            ("auto", "no task of an array job"),
        ] {
            let refused = read(text, &[]).unwrap_err();
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }

    #[test]
    fn array_jobs_say_which_shard_it_is() {
        let slurm = [("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "16"), ("SLURM_ARRAY_TASK_MIN", "1")];
        assert_eq!(read("auto", &slurm).unwrap(), "3/16");
        assert_eq!(read("auto/16", &slurm).unwrap(), "3/16");
        assert!(read("auto/8", &slurm).unwrap_err().contains("has 16"));
        assert_eq!(read("1/2", &slurm).unwrap(), "1/2");
        // --array=0-30:10
        let stepped = [
            ("SLURM_ARRAY_TASK_ID", "20"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
            ("SLURM_ARRAY_TASK_MIN", "0"),
            ("SLURM_ARRAY_TASK_STEP", "10"),
        ];
        assert_eq!(read("auto", &stepped).unwrap(), "3/4");
        let kubernetes = [("JOB_COMPLETION_INDEX", "0")];
        assert_eq!(read("auto/4", &kubernetes).unwrap(), "1/4");
        assert!(read("auto", &kubernetes).unwrap_err().contains("say auto/N"));
        assert!(read("auto/4", &[("JOB_COMPLETION_INDEX", "4")]).unwrap_err().contains("none of 4"));
        let batch = [("AWS_BATCH_JOB_ARRAY_INDEX", "9"), ("AWS_BATCH_JOB_ARRAY_SIZE", "10")];
        assert_eq!(read("auto", &batch).unwrap(), "10/10");
        assert!(read("auto/4", &[batch[0]]).unwrap_err().contains("none of 4"));
        let both = [kubernetes[0], ("AWS_BATCH_JOB_ARRAY_INDEX", "1")];
        assert!(read("auto/4", &both).unwrap_err().contains("say K/N"));
        assert!(read("auto", &[("SLURM_ARRAY_TASK_ID", "-1")]).unwrap_err().contains("SLURM_ARRAY_TASK_ID"));
    }
}
