//! The keys of a group's `arrivals`: the third part of the declaration.

use super::declaration::Presence::{Optional, Required};
use super::declaration::{Key, Kind, Table};
use super::keys::{POSITIVE, key};
use Kind::{Choice, Date, File, Integer, List, ListOrNone, Moment, Rate};

const HIGHEST_FACTOR: f64 = 1e6;
const LARGEST_BATCH: i64 = 1_000_000;

/// What every form of `arrivals` has beside the keys of its own.
const FACTOR: Key = key(
    "factor",
    Kind::Between { min: 0.0, max: HIGHEST_FACTOR },
    Optional("1"),
    "1.2",
    "What every rate is multiplied by.",
);

static STATES: Kind = Kind::Table(&MODULATION_STATE);

const MODULATION: Key = key(
    "modulation",
    List(&STATES),
    Optional("the rates are as they are said"),
    "[{ factor = 0.5, stay = \"20m\" }, { factor = 3, stay = \"5m\" }]",
    "The states, two or more, of a Markov chain that multiplies the rates.",
);

static SIZES: Kind = Kind::Table(&BATCH_SIZE);
static BATCHES: [Kind; 3] = [Integer { min: 1, max: LARGEST_BATCH }, Kind::Table(&BATCH_MEAN), List(&SIZES)];

const BATCH: Key = key(
    "batch",
    Kind::Either(&BATCHES),
    Optional("1"),
    "{ mean = 2.5 }",
    "How many calls arrive at one instant: always so many, a geometric number from 1 on, or one of several sizes.",
);

/// The forms of a group's `arrivals`.
pub(super) static ARRIVALS: &[Table] = &[
    Table {
        name: "arrivals_rate",
        heading: "arrivals = { rate }",
        doc: "A Poisson process of one rate.",
        keys: &[
            key("rate", Rate, Required, "\"360/h\"", "Calls per time, all through the run."),
            FACTOR,
            MODULATION,
            BATCH,
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_rates",
        heading: "arrivals = { rates }",
        doc: "A Poisson process whose rate is constant between steps; before the first step it is 0.",
        keys: &[
            key(
                "rates",
                List(&Kind::Table(&RATE_STEP)),
                Required,
                "[{ from = \"08:00\", rate = \"120/h\" }, { from = \"09:00\", rate = \"360/h\" }]",
                "The steps, in order of time. Steps by the clock make a day, from 00:00 to 24:00, that repeats.",
            ),
            FACTOR,
            MODULATION,
            BATCH,
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_counts",
        heading: "arrivals = { counts }",
        doc: "A Poisson process that follows a forecast: each interval's calls are spread evenly over it.",
        keys: &[
            key("counts", File, Required, "\"demand.csv\"", "A CSV file with the columns start and calls."),
            key(
                "every",
                POSITIVE,
                Optional("the smallest gap between two starts"),
                "\"30m\"",
                "The length of each interval of the file; between intervals the rate is 0.",
            ),
            FACTOR,
            MODULATION,
            BATCH,
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_profile",
        heading: "arrivals = { profile }",
        doc: "A Poisson process that follows a forecast for each day of the week, and for special days.",
        keys: &[
            key("profile", File, Required, "\"week.csv\"", "A CSV file with the columns day, start and calls."),
            key(
                "every",
                POSITIVE,
                Optional("the smallest gap between two starts of a day"),
                "\"30m\"",
                "The length of each interval of the file; between intervals the rate is 0.",
            ),
            FACTOR,
            MODULATION,
            BATCH,
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_week",
        heading: "arrivals = { week }",
        doc: "A Poisson process of a rate for each day of the week, and for special days.",
        keys: &[
            key(
                "week",
                List(&Kind::Table(&WEEK)),
                Required,
                "[{ days = [\"mon\", \"tue\"], rates = [{ from = \"08:00\", rate = \"120/h\" }] }]",
                "The rates of days; on a day that is in none of them the rate is 0.",
            ),
            FACTOR,
            MODULATION,
            BATCH,
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_recorded",
        heading: "arrivals = { recorded }",
        doc: "Calls as they were recorded.",
        keys: &[
            key(
                "recorded",
                File,
                Required,
                "\"calls.csv\"",
                "A CSV file with the column arrival or arrival_s, and any of group, class, talk_s, wrap_up_s, patience_s and \
                 patience_at_least_s.",
            ),
            key(
                "factor",
                Kind::Between { min: 0.0, max: HIGHEST_FACTOR },
                Optional("1"),
                "1.2",
                "How often each call comes in the mean.",
            ),
        ],
        exclusive: &[],
    },
];

static MODULATION_STATE: Table = Table {
    name: "modulation_state",
    heading: "modulation = [{ … }]",
    doc: "A state of the Markov chain that multiplies the rates; the next is one of the others, all alike.",
    keys: &[
        key(
            "factor",
            Kind::Between { min: 0.0, max: HIGHEST_FACTOR },
            Required,
            "0.5",
            "What the rates are multiplied by; above 0 in one state at least.",
        ),
        key("stay", POSITIVE, Required, "\"20m\"", "The mean of the exponential time in the state."),
    ],
    exclusive: &[],
};

static BATCH_MEAN: Table = Table {
    name: "batch_mean",
    heading: "batch = { mean }",
    doc: "A geometric number of calls from 1 on.",
    keys: &[key("mean", Kind::Between { min: 1.0, max: LARGEST_BATCH as f64 }, Required, "2.5", "Its mean.")],
    exclusive: &[],
};

static BATCH_SIZE: Table = Table {
    name: "batch_size",
    heading: "batch = [{ … }]",
    doc: "One of several sizes.",
    keys: &[
        key("size", Integer { min: 1, max: LARGEST_BATCH }, Required, "5", "How many calls."),
        key("weight", Kind::Between { min: 0.0, max: 1e15 }, Required, "1", "How often, in proportion."),
    ],
    exclusive: &[],
};

static RATE_STEP: Table = Table {
    name: "rate_step",
    heading: "rates = [{ … }]",
    doc: "From a moment on, a rate.",
    keys: &[
        key("from", Moment, Required, "\"08:00\"", "From when."),
        key("rate", Rate, Required, "\"120/h\"", "Calls per time from then on."),
    ],
    exclusive: &[],
};

/// The days of the week, as a file may write them.
const DAYS: &[(&str, &str)] = &[
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

static WEEK: Table = Table {
    name: "week",
    heading: "week = [{ … }]",
    doc: "The rates of some days.",
    keys: &[
        key(
            "days",
            List(&Choice(DAYS)),
            Optional("no day of every week"),
            "[\"mon\", \"tue\"]",
            "The days of every week: mon, tue, wed, thu, fri, sat and sun, or their full names.",
        ),
        key(
            "dates",
            List(&Date),
            Optional("no special day"),
            "[\"2026-12-24\"]",
            "Special days, which have these rates in place of those of their day of the week.",
        ),
        key(
            "rates",
            ListOrNone(&Kind::Table(&DAY_STEP)),
            Required,
            "[{ from = \"08:00\", rate = \"120/h\" }]",
            "The steps of such a day, in order of time; none on a day without calls.",
        ),
    ],
    exclusive: &[],
};

static DAY_STEP: Table = Table {
    name: "day_step",
    heading: "week = [{ rates = [{ … }] }]",
    doc: "From a time of the day on, a rate; until the next step or the end of the day.",
    keys: &[
        key("from", Moment, Required, "\"08:00\"", "From when, by the clock."),
        key("rate", Rate, Required, "\"120/h\"", "Calls per time from then on."),
    ],
    exclusive: &[],
};
