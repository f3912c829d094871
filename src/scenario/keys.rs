//! Every key that a scenario file may have: the one declaration that the reader, the JSON Schema and the reference
//! in `docs/scenario.md` are made from.

use super::arrival_keys::ARRIVALS;
use super::declaration::{Key, Kind, Presence, Table};
use super::handlers::DEFAULT_HANDLER;
use super::law_keys::{LAWS, Law};
use crate::acd::conventions;
use Kind::{Choice, DateTime, Duration, File, Forms, Integer, List, Moment, Name, Share};
use Presence::{Default, Optional, Required};

/// The laws that a distribution may name.
pub(crate) fn law(name: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.name == name)
}

pub(crate) const MOST_REPLICATIONS: i64 = 1_000_000;
pub(crate) const MOST_AGENTS: i64 = 100_000;
const MOST_WAITING: i64 = 10_000_000;
const WORST_RANK: i64 = 1_000;

/// A law, or steps of laws.
const LAW: Kind = Kind::Either(&[Kind::Law, List(&Kind::Table(&LAW_STEP))]);
pub(super) const POSITIVE: Kind = Duration { zero: false };
pub(super) const fn key(
    name: &'static str,
    kind: Kind,
    presence: Presence,
    example: &'static str,
    doc: &'static str,
) -> Key {
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
            "trunk",
            List(&Kind::Table(&TRUNK)),
            Optional("lines are never short"),
            "[{ name = \"Main\", lines = 30 }]",
            "Bundles of telephone lines, each in a `[[trunk]]`.",
        ),
        key(
            "busyness",
            List(&Kind::Table(&BUSYNESS)),
            Optional("rates are as they are said"),
            "[{ shape = 10 }]",
            "Random factors on the rates of groups; several are multiplied.",
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
            "handler",
            Name,
            Default(DEFAULT_HANDLER),
            "\"Berlin\"",
            "The name of the agent handler, TAPI's ITAgentHandler, that the group belongs to.",
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
            "talk_wrap_up_correlation",
            Kind::Between { min: -1.0, max: 1.0 },
            Optional("0: they are independent"),
            "0.4",
            "How much a call's talk and wrap-up have in common: the correlation of the normals behind them.",
        ),
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
        key(
            "classes",
            List(&Kind::Table(&CLASS)),
            Optional("the calls of the group are all alike"),
            "[{ name = \"Regular\", share = \"70%\" }, { name = \"Gold\", share = \"30%\", wait_credit = \"90s\" }]",
            "The classes of the group's calls.",
        ),
        key(
            "priority",
            Integer { min: 1, max: WORST_RANK },
            Default("1"),
            "2",
            "The priority of the group's calls, 1 being the best: a free agent takes a call of the best priority there is, \
             unless `call_selection` compares something else among the queues.",
        ),
        key("weight", Kind::Number, Optional("1"), "2.5", "The weight of a wait, for `call_selection = \"weighted\"`."),
        key(
            "service_level_target",
            Share,
            Default("80%"),
            "\"90%\"",
            "The wanted share of calls answered within the threshold, for `call_selection = \"service-level\"`.",
        ),
        key(
            "balking",
            Kind::Table(&BALKING),
            Optional("callers do not refuse to wait"),
            "{ probability = \"10%\" }",
            "When callers who would have to wait leave at once.",
        ),
        key(
            "announcement",
            Choice(&[
                ("last-answered", "the wait of the call of the queue that was answered last"),
                (
                    "queue-length",
                    "the calls that wait and the new one, times the mean handle time, over the agents logged in",
                ),
            ]),
            Default("last-answered"),
            "\"queue-length\"",
            "How the wait is estimated that callers are told.",
        ),
        key(
            "retrial",
            Kind::Table(&RETRIAL),
            Optional("callers do not call again"),
            "{ probability = \"60%\", delay = { distribution = \"exponential\", mean = \"10m\" } }",
            "Whether callers call again who were blocked, refused to wait or gave up.",
        ),
        key(
            "call_back",
            Kind::Table(&CALL_BACK),
            Optional("callers are not called back"),
            "{ probability = \"40%\", offer_after = \"1m\" }",
            "The offer to be called back, which keeps the caller's place in the line.",
        ),
        key(
            "transfers",
            List(&Kind::Table(&TRANSFER)),
            Optional("calls end with their talk"),
            "[{ to = \"Second level\", probability = \"15%\" }]",
            "Where calls go on to when their talk has ended.",
        ),
        key(
            "guide",
            Kind::Table(&GUIDE),
            Optional("calls stay in the queue"),
            "{ after = \"2m\", to = \"Backup\" }",
            "The next step of the call guide: where a call goes that has waited too long in this queue.",
        ),
        key("trunk", Name, Optional("lines are never short"), "\"Main\"", "The trunk whose lines the calls take."),
        key(
            "reserved_agents",
            Integer { min: 0, max: MOST_AGENTS },
            Default("0"),
            "2",
            "So many ready agents of the group are kept for other groups: a call is given an agent only while more are ready.",
        ),
        key(
            "hold",
            Kind::Table(&HOLD),
            Optional("nobody is put on hold"),
            "{ probability = \"30%\", length = \"45s\" }",
            "How often and how long a caller is put on hold, once, in the middle of the talk.",
        ),
    ],
    exclusive: &[
        ("handle", "talk"),
        ("handle", "wrap_up"),
        ("wrap_up_share", "wrap_up"),
        ("wrap_up_share", "talk"),
        ("talk_wrap_up_correlation", "handle"),
    ],
};

static CLASS: Table = Table {
    name: "class",
    heading: "classes = [{ … }]",
    doc: "A class of a group's calls.",
    keys: &[
        key("name", Name, Required, "\"Gold\"", "The class's name, unique in the group."),
        key("share", Share, Required, "\"30%\"", "How many of the group's calls are of it; the shares add up to 1."),
        key(
            "priority",
            Integer { min: 1, max: WORST_RANK },
            Optional("the group's priority"),
            "1",
            "The priority of the class's calls, 1 being the best.",
        ),
        key(
            "wait_credit",
            Duration { zero: true },
            Default("0s"),
            "\"90s\"",
            "Calls of the class are served as if they had waited so much longer.",
        ),
    ],
    exclusive: &[],
};

static BALKING: Table = Table {
    name: "balking",
    heading: "balking = { … }",
    doc: "When callers who would have to wait leave at once: if all that is said here holds.",
    keys: &[
        key("probability", Share, Default("100%"), "\"10%\"", "How often they leave, if the rest holds."),
        key(
            "from_queue_length",
            Integer { min: 0, max: MOST_WAITING },
            Default("0"),
            "5",
            "Only if at least so many calls wait already.",
        ),
        key(
            "tolerance",
            LAW,
            Optional("whatever wait is announced"),
            "{ distribution = \"exponential\", mean = \"3m\" }",
            "Only if the announced wait is longer than this, drawn for each caller.",
        ),
    ],
    exclusive: &[],
};

static RETRIAL: Table = Table {
    name: "retrial",
    heading: "retrial = { … }",
    doc: "Whether callers call again who were blocked, refused to wait or gave up.",
    keys: &[
        key("probability", Share, Required, "\"60%\"", "How often they do, each time."),
        key("delay", LAW, Required, "{ distribution = \"exponential\", mean = \"10m\" }", "The time until then."),
        key("most", Integer { min: 1, max: 1_000_000 }, Default("3"), "5", "So often a caller calls again at most."),
    ],
    exclusive: &[],
};

static CALL_BACK: Table = Table {
    name: "call_back",
    heading: "call_back = { … }",
    doc: "The offer to be called back when an agent is free. A caller who accepts keeps the place in the line, hangs up, and \
          does not give up any more.",
    keys: &[
        key("probability", Share, Required, "\"40%\"", "How often callers accept."),
        key("offer_after", Duration { zero: true }, Default("0s"), "\"1m\"", "After so long a wait it is offered."),
        key(
            "from_announced_wait",
            Duration { zero: true },
            Default("0s"),
            "\"2m\"",
            "It is offered if the announced wait is at least so long.",
        ),
    ],
    exclusive: &[],
};

static TRANSFER: Table = Table {
    name: "transfer",
    heading: "transfers = [{ … }]",
    doc: "A group that calls go on to when their talk has ended.",
    keys: &[
        key("to", Name, Required, "\"Second level\"", "The group."),
        key("probability", Share, Required, "\"15%\"", "How often; the probabilities add up to at most 1."),
    ],
    exclusive: &[],
};

static GUIDE: Table = Table {
    name: "guide",
    heading: "guide = { … }",
    doc: "A step of a call guide.",
    keys: &[
        key("after", POSITIVE, Required, "\"2m\"", "After so long a wait in the queue."),
        key(
            "to",
            Name,
            Optional("the end of the guide: the call leaves, its final disposition"),
            "\"Backup\"",
            "The group whose queue the call flows into, at its end.",
        ),
    ],
    exclusive: &[],
};

static HOLD: Table = Table {
    name: "hold",
    heading: "hold = { … }",
    doc: "How often and how long a caller is put on hold.",
    keys: &[
        key("probability", Share, Required, "\"30%\"", "How often."),
        key("length", LAW, Required, "\"45s\"", "The time on hold, by which the talk is longer."),
    ],
    exclusive: &[],
};

static TRUNK: Table = Table {
    name: "trunk",
    heading: "[[trunk]]",
    doc: "A bundle of telephone lines. A caller takes a line until the talk ends or the caller leaves.",
    keys: &[
        key("name", Name, Required, "\"Main\"", "The trunk's name, unique in the file."),
        key(
            "lines",
            Integer { min: 1, max: MOST_WAITING },
            Required,
            "30",
            "How many lines it has; a call that finds all of them taken is blocked.",
        ),
    ],
    exclusive: &[],
};

static LAW_STEP: Table = Table {
    name: "law_step",
    heading: "[{ from, law }]",
    doc: "From a moment on, a law of the calls that arrive: of talk, wrap-up, handle time or patience.",
    keys: &[
        key("from", Moment, Required, "\"12:00\"", "From when."),
        key("law", Kind::Law, Required, "{ distribution = \"exponential\", mean = \"2m\" }", "The law from then on."),
    ],
    exclusive: &[],
};

static BUSYNESS: Table = Table {
    name: "busyness",
    heading: "[[busyness]]",
    doc: "A random factor on the rates of groups, of a Gamma law whose mean is 1, period after period.",
    keys: &[
        key(
            "shape",
            Kind::Between { min: 0.01, max: 1e6 },
            Required,
            "10",
            "The shape of the factor's law, whose variance is one over it: the larger, the nearer the factor is to 1.",
        ),
        key(
            "period",
            POSITIVE,
            Optional("each calendar day has its own"),
            "\"30m\"",
            "How long one factor lasts, from the start of the run on.",
        ),
        key(
            "groups",
            List(&Name),
            Optional("all that have rates"),
            "[\"Sales\"]",
            "The groups whose rates are multiplied.",
        ),
        key(
            "correlation",
            Kind::Between { min: 0.0, max: 1.0 },
            Optional("1: all groups have the same factor"),
            "0.5",
            "How much the factors of two groups have in common: the correlation of the normals behind them.",
        ),
        key(
            "autocorrelation",
            Kind::Between { min: -1.0, max: 1.0 },
            Optional("0: every period is new"),
            "0.7",
            "How much the factor of a period has in common with that of the period before: the same, from one to the next.",
        ),
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
        key(
            "staffing",
            List(&Kind::Table(&STAFFING)),
            Optional("the agents are as the other keys say"),
            "[{ from = \"08:00\", agents = 4 }, { from = \"10:00\", agents = 8 }, { from = \"18:00\", agents = 0 }]",
            "How many are logged in from each moment on; steps by the clock make a day that repeats.",
        ),
        key(
            "delays",
            List(&Duration { zero: true }),
            Optional("0s in each group"),
            "[\"0s\"]",
            "For each of the groups, how long a call has to have waited before the agent may take it: overflow after a time.",
        ),
        key(
            "skills",
            List(&Kind::Number),
            Optional("1 in each group"),
            "[1.0]",
            "The agent's skill in each of the groups, the higher the better: for `agent_selection = \"most-skilled\"` and scores.",
        ),
        key(
            "pace",
            List(&Kind::Number),
            Optional("1 in each group"),
            "[1.2]",
            "For each of the groups, how many times as long as others the agent handles a call.",
        ),
        key(
            "learning",
            Kind::Table(&LEARNING),
            Optional("the agent has learned all"),
            "{ first = 1.5, calls = 100 }",
            "How the agent's handle times fall with the calls handled in the run.",
        ),
        key(
            "ring",
            LAW,
            Optional("the agent answers at once"),
            "{ distribution = \"exponential\", mean = \"5s\" }",
            "The time until the agent answers a ringing telephone.",
        ),
        key(
            "breaks",
            List(&Kind::Table(&BREAK)),
            Optional("no breaks"),
            "[{ at = \"12:00\", length = \"30m\" }]",
            "When a logged-in agent takes no calls: breaks, lunches, meetings.",
        ),
        key("absence", Share, Default("0%"), "\"8%\"", "How often the agent stays away for a whole shift."),
        key(
            "adherence",
            Duration { zero: true },
            Default("0s"),
            "\"2m\"",
            "The standard deviation of log-ins, breaks and log-outs about the plan: normal, cut at three times as much.",
        ),
        key(
            "stagger",
            Duration { zero: true },
            Default("0s"),
            "\"1m\"",
            "With `count`, each agent logs in so much later than the one before.",
        ),
        key(
            "other_calls",
            Kind::Table(&OTHER_CALLS),
            Optional("ACD calls only"),
            "{ incoming = \"0.5/h\", outgoing = \"1/h\", length = \"3m\" }",
            "The agent's calls that are no ACD calls.",
        ),
        key(
            "log_out_policy",
            Choice(&[
                ("finish-call", "the agent ends the call and its wrap-up first"),
                ("hand-over", "the caller goes on waiting, for the rest of the talk with another agent"),
            ]),
            Default("finish-call"),
            "\"hand-over\"",
            "What becomes of a call that the agent is in when the shift ends.",
        ),
    ],
    exclusive: &[
        ("staff", "count"),
        ("staff", "staffing"),
        ("staffing", "count"),
        ("staffing", "log_in"),
        ("staffing", "log_out"),
        ("staffing", "shifts"),
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
        key(
            "groups",
            List(&Name),
            Optional("all groups of the agent"),
            "[\"Sales\"]",
            "The groups that the agent serves in this shift, of those that the agent has.",
        ),
    ],
    exclusive: &[],
};

static STAFFING: Table = Table {
    name: "staffing",
    heading: "staffing = [{ … }]",
    doc: "From a moment on, so many agents.",
    keys: &[
        key("from", Moment, Required, "\"08:00\"", "From when."),
        key("agents", Integer { min: 0, max: MOST_AGENTS }, Required, "4", "How many are logged in from then on."),
    ],
    exclusive: &[],
};

static LEARNING: Table = Table {
    name: "learning",
    heading: "learning = { … }",
    doc: "How an agent learns: after n calls, handle times are 1 + (first − 1) exp(−n / calls) times as long.",
    keys: &[
        key("first", Kind::Number, Required, "1.5", "The factor of the first call."),
        key("calls", Kind::Number, Required, "100", "After so many calls 37 % of what there is to learn are left."),
    ],
    exclusive: &[],
};

static BREAK: Table = Table {
    name: "break",
    heading: "breaks = [{ … }]",
    doc: "A time in which a logged-in agent takes no calls, or later if a call has to be ended first.",
    keys: &[
        key("at", Moment, Required, "\"12:00\"", "When it is due; a clock is every day's."),
        key("length", POSITIVE, Required, "\"30m\"", "How long it lasts."),
    ],
    exclusive: &[],
};

static OTHER_CALLS: Table = Table {
    name: "other_calls",
    heading: "other_calls = { … }",
    doc: "An agent's calls that are no ACD calls: Poisson processes while the agent is logged in.",
    keys: &[
        key("incoming", Kind::Rate, Default("0/h"), "\"0.5/h\"", "Calls for the agent; lost if the agent is busy."),
        key("outgoing", Kind::Rate, Default("0/h"), "\"1/h\"", "Calls that the agent makes, when free."),
        key("length", LAW, Required, "\"3m\"", "How long they last."),
    ],
    exclusive: &[],
};

static RING_NO_ANSWER: Table = Table {
    name: "ring_no_answer",
    heading: "ring_no_answer = { … }",
    doc: "What happens when an agent does not answer: the call goes back to its place, and the agent is NOT_READY.",
    keys: &[
        key("after", POSITIVE, Required, "\"20s\"", "So long the telephone rings."),
        key("not_ready", POSITIVE, Default("1m"), "\"2m\"", "So long the agent is NOT_READY then."),
    ],
    exclusive: &[],
};

static SCORE: Table = Table {
    name: "score",
    heading: "score = { … }",
    doc: "An agent's score for a call: the sum of these, each times its weight. The highest score takes the call.",
    keys: &[
        key("idle_s", Kind::Number, Optional("0"), "1", "The seconds that the agent has been ready."),
        key("skill", Kind::Number, Optional("0"), "10", "The agent's skill in the group."),
        key("rank", Kind::Number, Optional("0"), "-5", "The agent's rank in the group."),
        key(
            "occupancy",
            Kind::Number,
            Optional("0"),
            "-100",
            "The share of the time logged in that the agent was busy.",
        ),
        key("calls", Kind::Number, Optional("0"), "-1", "The calls that the agent has answered."),
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
                ("least-occupied", "the one who has been busy for the smallest share of the time logged in"),
                ("fewest-calls", "the one who has answered the fewest calls"),
                ("round-robin", "the one who comes next in the file after the one who had the group's last call"),
                ("top-down", "the one who comes first in the file"),
                ("most-skilled", "the one with the highest skill in the group"),
                ("random", "any of them, with equal chances"),
                ("score", "the one with the highest `score`"),
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
                ("weighted", "the one whose wait, times the `weight` of its group, is the longest"),
                (
                    "service-level",
                    "the one that has waited longest in the group whose service level is the furthest below its target",
                ),
            ]),
            Default("longest-waiting"),
            "\"longest-waiting\"",
            "Which of several waiting calls an agent takes.",
        ),
        key(
            "score",
            Kind::Table(&SCORE),
            Optional("every agent has the score 0"),
            "{ idle_s = 1, skill = 10 }",
            "What an agent's score is made of, for `agent_selection = \"score\"`.",
        ),
        key(
            "ring_no_answer",
            Kind::Table(&RING_NO_ANSWER),
            Optional("telephones ring until they are answered"),
            "{ after = \"20s\", not_ready = \"2m\" }",
            "What happens when an agent does not answer.",
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
