//! The wallboard of `acdsim watch`, drawn for a terminal: groups, what each agent does, what happened last.
//!
//! What a colour says, a sign or a word says too.

use ratatui::backend::TestBackend;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Gauge, Paragraph, Row, Table};
use ratatui::{Frame, Terminal};

use crate::acd::GroupId;
use crate::scenario::wall_clock;
use crate::simulation::{Absence, Event};
use crate::statistics::GroupTotals;
use crate::time::{Duration, Instant, NANOS_PER_SEC};
use crate::watch::{AgentBoard, Board, Clock, Doing};

/// The width of what is said of an agent beside the name, with the spaces between them.
const STATE_WIDTH: u16 = 21;
/// The least and the most of an agent's name that is shown.
const NAME_WIDTH: (u16, u16) = (8, 28);
/// So many of the last events are shown at most.
const RECENT: u16 = 8;
/// The least that a board needs.
const LEAST: (u16, u16) = (40, 10);

/// The look of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether there are colours.
    pub colour: bool,
    /// The first agent that is shown.
    pub first_agent: usize,
}

impl Look {
    fn style(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }
}

/// Draws the board; with a clock as one that is watched, with the keys.
pub fn draw_board(frame: &mut Frame, board: &Board, clock: Option<&Clock>, look: Look) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = format!("The terminal is too small: {} × {} at least", LEAST.0, LEAST.1);
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    let scenario = board.scenario();
    let (columns, name_width) = agent_columns(board, area.width);
    let agent_rows = scenario.agents.len().div_ceil(columns) as u16;
    let [head, progress, groups, _, agents, _, recent, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(scenario.groups.len().min(usize::from(area.height) / 3) as u16 + 1),
        Constraint::Length(1),
        Constraint::Max(agent_rows + 1),
        Constraint::Length(1),
        Constraint::Max(RECENT + 1),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_head(frame, head, board, clock, look);
    let horizon = scenario.horizon.as_nanos().max(1) as f64;
    let passed = (board.now().as_nanos() as f64 / horizon).clamp(0.0, 1.0);
    let gauge = Gauge::default().ratio(passed).label(format!("{:.0} %", passed * 100.0)).use_unicode(true);
    frame.render_widget(gauge.gauge_style(look.style(Color::Blue)), progress);
    draw_groups(frame, groups, board, look);
    draw_agents(frame, agents, board, look, (columns, name_width));
    draw_recent(frame, recent, board, look);
    if clock.is_some() {
        let text = "space pause   s step   + faster   - slower   1 real time   ↑ ↓ agents   q quit";
        frame.render_widget(Paragraph::new(text).style(look.style(Color::DarkGray)), keys);
    }
}

/// The board as text, so many columns wide and rows high; empty rows at the end and spaces at the ends of rows are left out.
pub fn board_text(board: &Board, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("memory does not fail");
    let look = Look { colour: false, first_agent: 0 };
    terminal.draw(|frame| draw_board(frame, board, None, look)).expect("memory does not fail");
    let buffer = terminal.backend().buffer();
    let rows: Vec<String> = (0..height)
        .map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
        .collect();
    let last = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
    rows[..last].iter().fold(String::new(), |text, row| text + row + "\n")
}

/// How many agents stand beside each other, and how much of their names.
fn agent_columns(board: &Board, width: u16) -> (usize, usize) {
    let longest = board.scenario().agents.iter().map(|agent| agent.name.chars().count()).max().unwrap_or(0);
    let name = u16::try_from(longest).unwrap_or(u16::MAX).clamp(NAME_WIDTH.0, NAME_WIDTH.1);
    (usize::from(width / (name + STATE_WIDTH)).max(1), usize::from(name))
}

/// How high a board has to be to show everything.
pub fn full_height(board: &Board, width: u16) -> u16 {
    let (columns, _) = agent_columns(board, width);
    let scenario = board.scenario();
    let groups = scenario.groups.len();
    let rows = 3 * groups + scenario.agents.len().div_ceil(columns) + 20;
    u16::try_from(rows).unwrap_or(u16::MAX / width.max(1)).max(LEAST.1)
}

fn draw_head(frame: &mut Frame, area: Rect, board: &Board, clock: Option<&Clock>, look: Look) {
    let now = wall_clock(board.scenario(), whole_seconds(board.now())).replace('T', "  ");
    let mut head = vec![
        Span::styled(board.scenario().name.clone(), look.bold()),
        Span::raw("   "),
        Span::styled(now, look.bold()),
        Span::raw("   "),
    ];
    if board.is_finished() {
        head.push(Span::styled("■ the run has ended", look.style(Color::Yellow)));
    } else if let Some(clock) = clock {
        head.push(if clock.is_paused() {
            Span::styled("‖ paused", look.style(Color::Yellow))
        } else {
            Span::raw(format!("▶ {} × real time", clock.speed()))
        });
    }
    frame.render_widget(Paragraph::new(Line::from(head)), area);
}

fn draw_groups(frame: &mut Frame, area: Rect, board: &Board, look: Look) {
    let threshold = board.scenario().service_level_threshold.as_secs_f64();
    let header = [
        "Group".to_owned(),
        "Waiting".into(),
        "Longest".into(),
        "Offered".into(),
        "Answered".into(),
        "Left".into(),
        format!("In {threshold} s"),
        "ASA s".into(),
        "Ready".into(),
        "Busy".into(),
        "Away".into(),
    ];
    let groups = board.scenario().groups.iter().zip(board.groups()).zip(board.totals()).enumerate();
    let rows = groups.map(|(index, ((group, now), totals))| {
        let id = GroupId(index as u32);
        let longest = now.oldest().map_or_else(|| "–".to_owned(), |arrived| clock_time(board.now() - arrived));
        let agents = |is: fn(Doing) -> bool| board.agents_of(id, is).to_string();
        let GroupTotals { offered, answered, abandoned, balked, blocked, disposed, .. } = *totals;
        let came = offered + totals.flowed_in;
        let is_late =
            now.oldest().is_some_and(|arrived| board.now() - arrived > board.scenario().service_level_threshold);
        let late = if is_late { look.style(Color::Yellow).add_modifier(Modifier::BOLD) } else { Style::new() };
        Row::new([
            Cell::from(group.name.clone()),
            Cell::from(right(now.waiting().to_string(), 7)).style(late),
            Cell::from(right(longest, 7)).style(late),
            Cell::from(right(offered.to_string(), 8)),
            Cell::from(right(answered.to_string(), 8)),
            Cell::from(right((abandoned + balked + blocked + disposed).to_string(), 6)),
            Cell::from(right(percent(totals.answered_within, came), 8)),
            Cell::from(right(mean_s(totals.answered_wait_nanos, answered), 6)),
            Cell::from(right(agents(|doing| doing == Doing::Ready), 6)),
            Cell::from(right(
                agents(|doing| matches!(doing, Doing::Talking(_) | Doing::WrapUp(_) | Doing::Ringing(_))),
                5,
            )),
            Cell::from(right(agents(|doing| matches!(doing, Doing::Away(_) | Doing::OtherCall | Doing::NotReady)), 5)),
        ])
    });
    let widths = [0, 7, 7, 8, 8, 6, 8, 6, 6, 5, 5];
    let names = header.iter().zip(widths).map(|(name, width)| right(name.clone(), width));
    let constraints =
        widths.map(|width| if width == 0 { Constraint::Min(10) } else { Constraint::Length(width as u16) });
    let header = Row::new(names).style(look.bold());
    frame.render_widget(Table::new(rows, constraints).header(header).column_spacing(1), area);
}

fn draw_agents(frame: &mut Frame, area: Rect, board: &Board, look: Look, (columns, name_width): (usize, usize)) {
    if area.height == 0 {
        return;
    }
    let all = board.agents().len();
    let rows = usize::from(area.height - 1);
    let first_row = (look.first_agent / columns).min(all.div_ceil(columns).saturating_sub(rows));
    let first = first_row * columns;
    let shown = (rows * columns).min(all - first);
    let there = board.agents().iter().filter(|agent| agent.doing() != Doing::LoggedOut).count();
    let mut title = format!("Agents: {there} of {all} logged in");
    if shown < all {
        title += &format!(", {} to {} shown", first + 1, first + shown);
    }
    let title = Line::from(Span::styled(title, look.bold()));
    let names: Vec<(&str, &AgentBoard)> =
        board.scenario().agents.iter().map(|agent| agent.name.as_str()).zip(board.agents()).collect();
    let lines = names[first..first + shown].chunks(columns).map(|agents| {
        Line::from(
            agents
                .iter()
                .flat_map(|(name, agent)| agent_spans(board, name, agent, (look, name_width)))
                .collect::<Vec<_>>(),
        )
    });
    frame.render_widget(Paragraph::new([title].into_iter().chain(lines).collect::<Vec<_>>()), area);
}

fn agent_spans<'a>(board: &Board, name: &str, agent: &AgentBoard, (look, name_width): (Look, usize)) -> [Span<'a>; 2] {
    let (sign, word, colour) = match agent.doing() {
        Doing::LoggedOut => ('·', "", Color::DarkGray),
        Doing::NotReady => ('×', "not ready", Color::DarkGray),
        Doing::Ready => ('○', "ready", Color::Cyan),
        Doing::Ringing(_) => ('♪', "rings", Color::White),
        Doing::Talking(_) => ('●', "talks", Color::Yellow),
        Doing::WrapUp(_) => ('◐', "wrap-up", Color::Magenta),
        Doing::Away(Absence::Break) => ('×', "break", Color::DarkGray),
        Doing::Away(Absence::RingNoAnswer) => ('×', "no answer", Color::Red),
        Doing::OtherCall => ('◌', "other call", Color::Blue),
    };
    let since = match agent.doing() {
        Doing::LoggedOut => String::new(),
        _ => clock_time(board.now() - agent.since()),
    };
    let state = format!("{sign} {word} {since}");
    [
        Span::raw(format!("{} ", left(name, name_width))),
        Span::styled(left(&state, usize::from(STATE_WIDTH) - 1), look.style(colour)),
    ]
}

fn draw_recent(frame: &mut Frame, area: Rect, board: &Board, look: Look) {
    let title = Line::from(Span::styled("What happened last", look.bold()));
    let lines = board
        .recent()
        .filter_map(|(at, event)| told(board, event).map(|told| format!("{}  {told}", day_time(board, *at))))
        .take(usize::from(area.height.saturating_sub(1)));
    frame.render_widget(Paragraph::new([title].into_iter().chain(lines.map(Line::from)).collect::<Vec<_>>()), area);
}

/// What happened, for people; nothing for what the board shows anyway.
fn told(board: &Board, event: &Event) -> Option<String> {
    let scenario = board.scenario();
    let group = |group: GroupId| &scenario.groups[group.0 as usize].name;
    let agent = |agent: crate::acd::AgentId| &scenario.agents[agent.0 as usize].name;
    Some(match *event {
        Event::CallArrived { call, group: of, .. } => format!("call {call} arrives for {}", group(of)),
        Event::CallBlocked { call, .. } => format!("call {call} is blocked"),
        Event::CallBalked { call, .. } => format!("call {call}: the caller refuses to wait"),
        Event::CallWaits { call, .. } => format!("call {call} waits"),
        Event::CallRings { call, agent: at, .. } => format!("call {call} rings at {}", agent(at)),
        Event::CallUnanswered { call, agent: at, .. } => format!("call {call}: {} does not answer", agent(at)),
        Event::CallBackAccepted { call, .. } => format!("call {call} is to be called back"),
        Event::CallFlowed { call, to, .. } => format!("call {call} flows to {}", group(to)),
        Event::CallDisposed { call, .. } => format!("call {call} is at the end of its guide"),
        Event::CallAnswered { call, agent: by, waited, .. } if waited == Duration::ZERO => {
            format!("call {call} is answered by {} at once", agent(by))
        }
        Event::CallAnswered { call, agent: by, waited, .. } => {
            format!("call {call} is answered by {} after {}", agent(by), clock_time(waited))
        }
        Event::CallAbandoned { call, waited, .. } => format!("call {call} is abandoned after {}", clock_time(waited)),
        Event::AgentAway { agent: who, why: Absence::Break, .. } => format!("{} takes a break", agent(who)),
        Event::OtherCallBegan { agent: who, .. } => format!("{} has a call that is no ACD call", agent(who)),
        Event::TalkEnded { call, talk, .. } => format!("call {call} ends after {} of talk", clock_time(talk)),
        Event::MeasurementStarted => "the warm-up is over: counting begins".to_owned(),
        _ => return None,
    })
}

fn whole_seconds(at: Instant) -> Instant {
    Instant::from_nanos(at.as_nanos() / NANOS_PER_SEC * NANOS_PER_SEC)
}

fn day_time(board: &Board, at: Instant) -> String {
    let clock = wall_clock(board.scenario(), whole_seconds(at));
    clock.split_once('T').map_or(clock.clone(), |(_, time)| time.to_owned())
}

/// 0:05, 12:34 or 1:02:03.
fn clock_time(duration: Duration) -> String {
    let secs = duration.as_nanos() / NANOS_PER_SEC;
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes}:{secs:02}") }
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".into() } else { format!("{:.1} %", part as f64 / whole as f64 * 100.0) }
}

fn mean_s(nanos: u128, count: u64) -> String {
    if count == 0 { "–".into() } else { format!("{:.1}", nanos as f64 / count as f64 / 1e9) }
}

fn right(text: String, width: usize) -> String {
    format!("{text:>width$}")
}

/// The beginning of a text, in exactly so many columns.
fn left(text: &str, width: usize) -> String {
    let cut: String = if text.chars().count() > width {
        text.chars().take(width - 1).chain(['…']).collect()
    } else {
        text.to_owned()
    };
    format!("{cut:<width$}")
}
