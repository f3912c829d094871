//! The distributions that a scenario file may name, with the keys of each: the second part of the declaration.

use super::declaration::{Key, Kind, Presence, Table};

/// A law and the ways to give its parameters.
#[derive(Debug)]
pub(crate) struct Law {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    /// Told apart by their keys.
    pub(crate) forms: &'static [Table],
}

const fn key(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
    Key { name, kind, presence: Presence::Required, doc, example }
}

const fn time(name: &'static str, example: &'static str, doc: &'static str) -> Key {
    key(name, Kind::Duration { zero: true }, example, doc)
}

const fn form(name: &'static str, keys: &'static [Key]) -> Table {
    Table { name, heading: name, doc: "", keys, exclusive: &[] }
}

const MEAN: Key = time("mean", "\"3m 20s\"", "The mean.");
const MEDIAN: Key = time("median", "\"2m\"", "The median.");
const SD: Key = time("sd", "\"2m\"", "The standard deviation.");
const CV: Key = key("cv", Kind::Number, "1.2", "The coefficient of variation: standard deviation over mean.");
const SHAPE: Key = key("shape", Kind::Number, "2.0", "The shape parameter.");
const SCALE: Key = time("scale", "\"100s\"", "The scale parameter.");
const SIGMA: Key = key("sigma", Kind::Number, "0.8", "The standard deviation of the logarithm.");
const MIN: Key = time("min", "\"1m\"", "The shortest duration.");
const MAX: Key = time("max", "\"5m\"", "The longest duration.");

static BRANCH: Table = Table {
    name: "branch",
    heading: "branches = [{ … }]",
    doc: "One exponential of a mixture.",
    keys: &[
        key("weight", Kind::Share, "\"80%\"", "How often it is this branch; the weights add up to 1."),
        time("mean", "\"2m\"", "The branch's mean."),
    ],
    exclusive: &[],
};

static COMPONENT: Table = Table {
    name: "component",
    heading: "components = [{ … }]",
    doc: "One law of a mixture.",
    keys: &[
        key("weight", Kind::Share, "\"10%\"", "How often it is this law; the weights add up to 1."),
        key("law", Kind::Law, "{ distribution = \"uniform\", min = \"0s\", max = \"5s\" }", "The law."),
    ],
    exclusive: &[],
};

/// Every law.
pub(crate) static LAWS: &[Law] = &[
    Law {
        name: "constant",
        doc: "Always the same duration.",
        forms: &[form("value", &[time("value", "\"30s\"", "The duration.")])],
    },
    Law { name: "uniform", doc: "All durations of a range alike.", forms: &[form("min, max", &[MIN, MAX])] },
    Law {
        name: "exponential",
        doc: "Without memory.",
        forms: &[
            form("mean", &[MEAN]),
            form("median", &[MEDIAN]),
            form("rate", &[key("rate", Kind::Rate, "\"30/h\"", "How often it ends per time: one over the mean.")]),
        ],
    },
    Law {
        name: "erlang",
        doc: "A sum of exponential phases of equal mean.",
        forms: &[form(
            "phases, mean",
            &[
                key("phases", Kind::Integer { min: 1, max: 1_000_000 }, "3", "How many phases."),
                time("mean", "\"3m 20s\"", "The mean of the sum."),
            ],
        )],
    },
    Law {
        name: "gamma",
        doc: "The gamma distribution.",
        forms: &[
            form("shape, scale", &[SHAPE, SCALE]),
            form("mean, shape", &[MEAN, SHAPE]),
            form("mean, cv", &[MEAN, CV]),
            form("mean, sd", &[MEAN, SD]),
        ],
    },
    Law {
        name: "lognormal",
        doc: "Its logarithm is normal.",
        forms: &[
            form("mu, sigma", &[key("mu", Kind::Number, "5.0", "The mean of the logarithm of the seconds."), SIGMA]),
            form("mean, cv", &[MEAN, CV]),
            form("mean, sd", &[MEAN, SD]),
            form("median, sigma", &[MEDIAN, SIGMA]),
            form("median, mean", &[MEDIAN, MEAN]),
        ],
    },
    Law {
        name: "weibull",
        doc: "The Weibull distribution.",
        forms: &[
            form("shape, scale", &[SHAPE, SCALE]),
            form("mean, shape", &[MEAN, SHAPE]),
            form("median, shape", &[MEDIAN, SHAPE]),
        ],
    },
    Law {
        name: "hyperexponential",
        doc: "A mixture of exponentials; by mean and cv, two with balanced means.",
        forms: &[
            form(
                "branches",
                &[key(
                    "branches",
                    Kind::List(&Kind::Table(&BRANCH)),
                    "[{ weight = 0.8, mean = \"1m\" }, { weight = 0.2, mean = \"10m\" }]",
                    "The exponentials.",
                )],
            ),
            form("mean, cv", &[MEAN, CV]),
        ],
    },
    Law {
        name: "mixture",
        doc: "One of several laws, whichever they are.",
        forms: &[form(
            "components",
            &[key(
                "components",
                Kind::List(&Kind::Table(&COMPONENT)),
                "[{ weight = 0.1, law = { distribution = \"uniform\", min = \"0s\", max = \"5s\" } }, \
                  { weight = 0.9, law = { distribution = \"exponential\", mean = \"3m\" } }]",
                "The laws.",
            )],
        )],
    },
    Law {
        name: "triangular",
        doc: "Rises from the shortest duration to the most frequent and falls to the longest.",
        forms: &[form("min, mode, max", &[MIN, time("mode", "\"2m\"", "The most frequent duration."), MAX])],
    },
    Law {
        name: "empirical",
        doc: "One of the given durations.",
        forms: &[form(
            "values",
            &[
                key("values", Kind::List(&Kind::Duration { zero: true }), "[\"1m\", \"2m\", \"5m\"]", "The durations."),
                Key {
                    presence: Presence::Optional("all alike"),
                    ..key("weights", Kind::List(&Kind::Number), "[3, 2, 1]", "How often each is drawn, in proportion.")
                },
            ],
        )],
    },
    Law {
        name: "histogram",
        doc: "A bin in proportion to its count, and all durations of the bin alike.",
        forms: &[form(
            "edges, counts",
            &[
                key(
                    "edges",
                    Kind::List(&Kind::Duration { zero: true }),
                    "[\"0s\", \"1m\", \"5m\"]",
                    "Where the bins begin, and where the last one ends.",
                ),
                key("counts", Kind::List(&Kind::Number), "[10, 30]", "How many are in each bin."),
            ],
        )],
    },
];
