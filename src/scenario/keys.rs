//! Every key that a scenario file may have: the one declaration that the reader, the JSON Schema and the reference
//! in `docs/scenario.md` are made from.

use super::declaration::{Key, Kind, Presence, Table};
use super::law_keys::{LAWS, Law};
use crate::acd::conventions;
use Kind::{Choice, Date, DateTime, Duration, File, Forms, Integer, List, ListOrNone, Moment, Name, Rate, Share};
use Presence::{Default, Optional, Required};

/// The laws that a distribution may name.
pub(crate) fn law(name: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.name == name)
}

pub(crate) const MOST_REPLICATIONS: i64 = 1_000_000;
pub(crate) const MOST_AGENTS: i64 = 100_000;
const MOST_WAITING: i64 = 10_000_000;
const WORST_RANK: i64 = 1_000;

const LAW: Kind = Kind::Law;
const POSITIVE: Kind = Duration { zero: false };
const fn key(name: &'static str, kind: Kind, presence: Presence, example: &'static str, doc: &'static str) -> Key {
    Key { name, kind, presence, doc, example }
}

/// The whole file.
pub(crate) static SCENARIO: Table = Table {
    name: "scenario",
    heading: "the top of the file",
    doc: "A call center and the run that is wanted of it.",
    keys: &[
        key("name", Name, Optional("the file's name without its extension"), "\"Sales desk\"", "The scenario's name."),
        key(
            "start",
            DateTime,
            Default("2026-01-05T00:00:00"),
            "2026-03-02T08:00:00",
            "The wall clock at the start of the run, without a time zone.",
        ),
        key("horizon", POSITIVE, Required, "\"9h\"", "How long the run lasts."),
        key(
            "warm_up",
            Duration { zero: true },
            Default("0s"),
            "\"30m\"",
            "Calls that arrive before it are served but not counted; shorter than the horizon.",
        ),
        key("seed", Integer { min: 0, max: i64::MAX }, Default("1"), "7", "The seed of every random stream."),
        key(
            "replications",
            Integer { min: 1, max: MOST_REPLICATIONS },
            Default("1"),
            "20",
            "How many independent replications are run.",
        ),
        key("interval", POSITIVE, Default("30m"), "\"15m\"", "The length of one interval of the interval statistics."),
        key(
            "service_level",
            Kind::Table(&SERVICE_LEVEL),
            Optional("the defaults of its keys"),
            "{ threshold = \"20s\" }",
            "What counts as answered in time.",
        ),
        key(
            "group",
            List(&Kind::Table(&GROUP)),
            Required,
            "[{ name = \"Sales\", arrivals = { rate = \"360/h\" }, talk = \"3m\" }]",
            "The ACD groups; at most 1,000.",
        ),
        key(
            "agents",
            List(&Kind::Table(&AGENTS)),
            Required,
            "[{ name = \"Ann\", groups = [\"Sales\"] }]",
            "The agents; at most 100,000.",
        ),
        key(
            "routing",
            Kind::Table(&ROUTING),
            Optional("the defaults of its keys"),
            "{ agent_selection = \"longest-idle\" }",
            "How agents and calls find each other.",
        ),
        key(
            "verify",
            Kind::Table(&VERIFY),
            Optional("the defaults of its keys"),
            "{ precision = \"1%\" }",
            "How `acdsim verify` verifies the scenario.",
        ),
        key(
            "conventions",
            Kind::Table(&CONVENTIONS),
            Optional("the defaults of its keys"),
            "{ seconds = \"nearest\", hold = \"call-time\" }",
            "How TAPI's statistics and states are where its documentation leaves them open.",
        ),
    ],
    exclusive: &[],
};

static SERVICE_LEVEL: Table = Table {
    name: "service_level",
    heading: "[service_level]",
    doc: "What counts as answered in time.",
    keys: &[key(
        "threshold",
        Duration { zero: true },
        Default("20s"),
        "\"30s\"",
        "The longest wait of a call that is answered in time.",
    )],
    exclusive: &[],
};

static VERIFY: Table = Table {
    name: "verify",
    heading: "[verify]",
    doc: "How `acdsim verify` verifies the scenario.",
    keys: &[
        key(
            "precision",
            Share,
            Default("2%"),
            "\"1%\"",
            "The widest half interval of a measure, relative to what is expected.",
        ),
        key(
            "max_calls",
            Integer { min: 1, max: 1_000_000_000_000 },
            Default("50000000"),
            "200000000",
            "So many calls are simulated at most.",
        ),
    ],
    exclusive: &[],
};

static GROUP: Table = Table {
    name: "group",
    heading: "[[group]]",
    doc: "An ACD group with the traffic that arrives for it.",
    keys: &[
        key("name", Name, Required, "\"Sales\"", "The group's name, unique in the file."),
        key(
            "queue",
            Name,
            Optional("the group's name and \" queue\""),
            "\"Sales queue\"",
            "The name of the group's queue, unique in the file.",
        ),
        key(
            "arrivals",
            Forms(ARRIVALS),
            Optional("no calls come from outside"),
            "{ rate = \"360/h\" }",
            "How calls arrive.",
        ),
        key(
            "talk",
            LAW,
            Optional("`handle`, or every recorded call has its own talk time; otherwise `talk` is required"),
            "{ distribution = \"lognormal\", mean = \"3m 20s\", cv = 1.2 }",
            "The talk time, from answer to disconnect.",
        ),
        key(
            "wrap_up",
            LAW,
            Default("0s"),
            "\"30s\"",
            "The wrap-up time, from disconnect until the agent is ready again.",
        ),
        key(
            "handle",
            LAW,
            Optional("`talk` and `wrap_up`, each with a law of its own"),
            "{ distribution = \"exponential\", mean = \"4m\" }",
            "The handle time, of which talk and wrap-up are shares.",
        ),
        key("wrap_up_share", Share, Optional("0, with `handle`"), "\"20%\"", "The wrap-up's share of the handle time."),
        key(
            "patience",
            LAW,
            Optional("callers never abandon"),
            "{ distribution = \"exponential\", mean = \"2m\" }",
            "How long a caller waits before abandoning.",
        ),
        key(
            "queue_capacity",
            Integer { min: 0, max: MOST_WAITING },
            Optional("no limit"),
            "20",
            "How many calls may wait at once; a call that arrives when so many wait is blocked.",
        ),
    ],
    exclusive: &[("handle", "talk"), ("handle", "wrap_up"), ("wrap_up_share", "wrap_up"), ("wrap_up_share", "talk")],
};

/// The forms of a group's `arrivals`.
static ARRIVALS: &[Table] = &[
    Table {
        name: "arrivals_rate",
        heading: "arrivals = { rate }",
        doc: "A Poisson process of one rate.",
        keys: &[key("rate", Rate, Required, "\"360/h\"", "Calls per time, all through the run.")],
        exclusive: &[],
    },
    Table {
        name: "arrivals_rates",
        heading: "arrivals = { rates }",
        doc: "A Poisson process whose rate is constant between steps; before the first step it is 0.",
        keys: &[key(
            "rates",
            List(&Kind::Table(&RATE_STEP)),
            Required,
            "[{ from = \"08:00\", rate = \"120/h\" }, { from = \"09:00\", rate = \"360/h\" }]",
            "The steps, in order of time. Steps by the clock make a day, from 00:00 to 24:00, that repeats.",
        )],
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
        ],
        exclusive: &[],
    },
    Table {
        name: "arrivals_week",
        heading: "arrivals = { week }",
        doc: "A Poisson process of a rate for each day of the week, and for special days.",
        keys: &[key(
            "week",
            List(&Kind::Table(&WEEK)),
            Required,
            "[{ days = [\"mon\", \"tue\"], rates = [{ from = \"08:00\", rate = \"120/h\" }] }]",
            "The rates of days; on a day that is in none of them the rate is 0.",
        )],
        exclusive: &[],
    },
    Table {
        name: "arrivals_recorded",
        heading: "arrivals = { recorded }",
        doc: "Calls as they were recorded.",
        keys: &[key(
            "recorded",
            File,
            Required,
            "\"calls.csv\"",
            "A CSV file with the column arrival or arrival_s, and any of group, talk_s, wrap_up_s, patience_s and \
             patience_at_least_s.",
        )],
        exclusive: &[],
    },
];

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

static AGENTS: Table = Table {
    name: "agents",
    heading: "[[agents]]",
    doc: "One agent, or several who are alike.",
    keys: &[
        key(
            "name",
            Name,
            Required,
            "\"Ann\"",
            "The agent's name, unique in the file; with `count` or `staff`, its beginning.",
        ),
        key(
            "count",
            Integer { min: 1, max: MOST_AGENTS },
            Optional("one agent, whose name has no number"),
            "12",
            "How many: they are called \"Ann 1\" to \"Ann 12\".",
        ),
        key("groups", List(&Name), Required, "[\"Sales\"]", "The groups that the agent serves, by name."),
        key(
            "ranks",
            List(&Integer { min: 1, max: WORST_RANK }),
            Optional("1 in each group"),
            "[1]",
            "The agent's rank in each of those groups, 1 being the best: for `agent_selection = \"lowest-rank\"`.",
        ),
        key(
            "address",
            Name,
            Optional("the agent's name"),
            "\"4101\"",
            "The address the agent sits at; with `count` or `staff`, its beginning.",
        ),
        key("log_in", Moment, Optional("the start of the run"), "\"08:00\"", "When the agent logs in."),
        key("log_out", Moment, Optional("the end of the run"), "\"16:30\"", "When the agent logs out."),
        key(
            "shifts",
            List(&Kind::Table(&SHIFT)),
            Optional("one shift, from `log_in` to `log_out`"),
            "[{ log_in = \"08:00\", log_out = \"12:00\" }, { log_in = \"13:00\", log_out = \"17:00\" }]",
            "Several shifts, which do not overlap.",
        ),
        key(
            "staff",
            File,
            Optional("the agents are as the other keys say"),
            "\"staff.csv\"",
            "A CSV file with the columns start and agents: how many are logged in from then on.",
        ),
    ],
    exclusive: &[
        ("staff", "count"),
        ("staff", "log_in"),
        ("staff", "log_out"),
        ("staff", "shifts"),
        ("shifts", "log_in"),
        ("shifts", "log_out"),
    ],
};

static SHIFT: Table = Table {
    name: "shift",
    heading: "shifts = [{ … }]",
    doc: "One stay of an agent at work.",
    keys: &[
        key("log_in", Moment, Required, "\"08:00\"", "When the agent logs in."),
        key("log_out", Moment, Required, "\"12:00\"", "When the agent logs out."),
    ],
    exclusive: &[],
};

static ROUTING: Table = Table {
    name: "routing",
    heading: "[routing]",
    doc: "How agents and calls find each other.",
    keys: &[
        key(
            "agent_selection",
            Choice(&[
                ("longest-idle", "the one who has been ready longest"),
                (
                    "lowest-rank",
                    "the one whose rank in the group is the lowest; of those, the one who has been ready longest",
                ),
            ]),
            Default("longest-idle"),
            "\"longest-idle\"",
            "Which of several ready agents takes a call.",
        ),
        key(
            "call_selection",
            Choice(&[
                ("longest-waiting", "the one that has waited longest in any of the agent's groups"),
                (
                    "group-order",
                    "the one that has waited longest in the first of the agent's groups, in the order of `groups`, in which \
                     any waits",
                ),
            ]),
            Default("longest-waiting"),
            "\"longest-waiting\"",
            "Which of several waiting calls an agent takes.",
        ),
    ],
    exclusive: &[],
};

/// The keys of `[conventions]`, made from the declaration of the conventions.
macro_rules! convention_keys {
    ($($name:ident: $type:ident = $default:ident $word:literal, $question:literal, $why:literal);+) => {
        &[
            $(key(
                stringify!($name),
                Choice(conventions::$type::WORDS),
                Default($word),
                concat!("\"", $word, "\""),
                concat!($question, " The default, because ", $why, "."),
            ),)+
            setting(&conventions::SETTINGS[0], "86400"),
            setting(&conventions::SETTINGS[1], "60"),
        ]
    };
}

const fn setting(of: &conventions::Setting, example: &'static str) -> Key {
    key(of.name, Integer { min: of.least, max: of.most }, Default(of.default), example, of.what)
}

static CONVENTIONS: Table = Table {
    name: "conventions",
    heading: "[conventions]",
    doc: "How the agent handler answers what TAPI's documentation leaves open. Every result records the answers.",
    keys: conventions::for_each_convention!(convention_keys),
    exclusive: &[],
};
