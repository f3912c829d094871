//! The page: one template, with its style sheet and its script inside.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

use super::charts::{self, Figure};
use super::data::{ReportData, ResultData};
use super::sweeps::{self, SweepView};
use super::views::{
    self, Card, Comparison, Row, SESSION_COLUMNS, Table, Verified, cards, comparison, sessions, verified,
};
use crate::report::text::{counted, span, thousands};
use crate::time::Duration;

/// So many results are put side by side in one report: as many as there are styles of lines.
pub const MOST_RESULTS: usize = super::figure::STYLES;
/// So many groups of a result have figures, those with the most calls; the tables have all.
const MOST_DRAWN: usize = 12;
/// So many sessions, and so many agents, are in the tables.
const MOST_SESSIONS: usize = 2_000;

/// A page that could not be made, which is a defect of acdsim.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A figure could not be drawn.
    #[error("a figure cannot be drawn: {0}")]
    Chart(String),
    /// The template could not be filled in.
    #[error("the page cannot be laid out: {0}")]
    Template(#[from] minijinja::Error),
}

impl PageError {
    pub(super) fn chart(error: impl std::fmt::Display) -> Self {
        PageError::Chart(error.to_string())
    }
}

#[derive(Serialize)]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    title: String,
    version: &'static str,
    comparison: Option<Comparison>,
    compared: Vec<Figure>,
    results: Vec<ResultView<'a>>,
    sweeps: Vec<SweepView>,
    verified: Vec<Verified<'a>>,
}

#[derive(Serialize)]
struct ResultView<'a> {
    id: String,
    result: &'a ResultData,
    facts: Vec<(&'static str, String)>,
    groups: Vec<GroupView<'a>>,
    /// Groups that have no figures.
    undrawn: usize,
    timelines: Option<Figure>,
    session_columns: Vec<&'static str>,
    sessions: Vec<Row>,
    sessions_left_out: usize,
    paid_by_group: Option<Table>,
    paid_by_agent: Option<Table>,
    agents_left_out: usize,
    commands: Vec<String>,
}

#[derive(Serialize)]
struct GroupView<'a> {
    group: &'a str,
    cards: Vec<Card>,
    figures: Vec<Figure>,
    classes: Option<Table>,
}

/// The HTML page of a report.
///
/// # Errors
///
/// If it cannot be made, which is a defect of acdsim.
///
/// # Examples
///
/// ```
/// use acdsim::report::html::{data::ReportData, page};
///
/// let html = page(&ReportData { results: Vec::new(), verifications: Vec::new(), sweeps: Vec::new() })?;
/// assert!(html.starts_with("<!DOCTYPE html>"));
/// # Ok::<(), acdsim::report::html::PageError>(())
/// ```
pub fn page(report: &ReportData) -> Result<String, PageError> {
    let results = report.results.iter().enumerate();
    let results = results.map(|(index, result)| view(&format!("r{}", index + 1), result)).collect::<Result<_, _>>()?;
    let sweeps = (1..).zip(&report.sweeps).map(|(number, swept)| sweeps::view(&format!("s{number}"), swept));
    let sweeps = sweeps.collect::<Result<_, _>>()?;
    let mut compared = Vec::new();
    if report.results.len() > 1 {
        for (index, group) in report.results[0].groups.iter().take(MOST_DRAWN).enumerate() {
            compared.extend(charts::compared(&format!("c{index}"), &report.results, &group.group)?);
        }
    }
    let mut names: Vec<&str> = Vec::new();
    let scenarios = report.results.iter().map(|result| &result.scenario);
    let verified_names = report.verifications.iter().map(|it| &it.scenario);
    for name in scenarios.chain(report.sweeps.iter().map(|it| &it.scenario)).chain(verified_names) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let mut title = names.join(", ");
    if more > 0 {
        title += &format!(" and {more} more");
    }
    let page = Page {
        style: include_str!("style.css"),
        script: include_str!("script.js"),
        title,
        version: env!("CARGO_PKG_VERSION"),
        comparison: comparison(&report.results),
        compared,
        results,
        sweeps,
        verified: report.verifications.iter().map(verified).collect(),
    };
    let mut environment = Environment::new();
    // Whatever users have named is escaped; only what is ours says that it is safe.
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_template("page", include_str!("page.html"))?;
    Ok(environment.get_template("page")?.render(Serde(&page))?)
}

fn view<'a>(id: &str, result: &'a ResultData) -> Result<ResultView<'a>, PageError> {
    let offered =
        |index: &usize| result.groups[*index].metrics.get("offered").and_then(|mean| mean.mean).unwrap_or(0.0);
    let mut by_calls: Vec<usize> = (0..result.groups.len()).collect();
    by_calls.sort_by(|one, other| offered(other).total_cmp(&offered(one)));
    by_calls.truncate(MOST_DRAWN);
    let mut groups = Vec::new();
    for (index, group) in result.groups.iter().enumerate() {
        let figures = if by_calls.contains(&index) {
            charts::of_group(&format!("{id}-g{}", index + 1), result, group)?
        } else {
            Vec::new()
        };
        groups.push(GroupView {
            group: &group.group,
            cards: cards(result, group),
            figures,
            classes: views::classes(result, &group.group),
        });
    }
    let length = |secs| span(Duration::from_secs_f64(secs));
    let mut facts = vec![
        ("Begins", result.start.replace('T', " ")),
        ("Length", length(result.horizon_s)),
        ("Warm-up", if result.warm_up_s > 0.0 { length(result.warm_up_s) } else { "none".to_owned() }),
        ("Replications", thousands(result.replications)),
        ("Calls simulated", thousands(result.calls)),
        ("Agent sessions", thousands(result.sessions.len() as u64)),
        ("Seed", result.seed.to_string()),
        ("Fingerprint", result.fingerprint.clone()),
    ];
    facts.push(("Written by", format!("acdsim {}", result.version)));
    let timelines =
        result.timelines.as_ref().map(|it| charts::lanes(&format!("{id}-lanes"), result, it)).transpose()?;
    let file = result.scenario_file.as_ref().map_or("SCENARIO.toml", |file| file.name.as_str());
    let file = if file.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c)) {
        file.to_owned()
    } else {
        format!("'{}'", file.replace('\'', r"'\''"))
    };
    Ok(ResultView {
        id: id.to_owned(),
        result,
        facts,
        groups,
        undrawn: result.groups.len().saturating_sub(MOST_DRAWN),
        timelines,
        session_columns: SESSION_COLUMNS.to_vec(),
        sessions: sessions(result).take(MOST_SESSIONS).collect(),
        paid_by_group: views::paid_by_group(result),
        paid_by_agent: views::paid_by_agent(result, MOST_SESSIONS),
        agents_left_out: result.agents.len().saturating_sub(MOST_SESSIONS),
        sessions_left_out: result.sessions.len().saturating_sub(MOST_SESSIONS),
        commands: vec![
            format!(
                "acdsim run {file} --seed {} --replications {} --out results --calls --events",
                result.seed, result.replications
            ),
            format!("acdsim report results --scenario {file} --output report.html"),
        ],
    })
}

/// The heading of a result's part of the page.
pub(super) fn said(result: &ResultData) -> String {
    format!("{}, {}", span(Duration::from_secs_f64(result.horizon_s)), counted(result.replications, "replication"))
}
