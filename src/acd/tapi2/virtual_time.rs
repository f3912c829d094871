//! TAPI in virtual time: a server, its proxies, and a clock that stands still until it is told to go on.

use super::LineError;
use super::proxy::Proxy;
use super::service::LineService;
use super::telephony::{RequestId, Telephony};
use crate::acd::Conventions;
use crate::time::{Duration, Instant};

/// A [`Telephony`] with proxies that answer after a delay, in virtual time.
///
/// A proxy answers each request so long after it was made, one after the other; a delay of [`Duration::MAX`] is one that
/// never answers. What a request does, it does at the moment of the answer.
#[derive(Clone, Debug)]
pub struct VirtualTapi<C> {
    telephony: Telephony,
    proxies: Vec<Served<C>>,
    now: Instant,
}

#[derive(Clone, Debug)]
struct Served<C> {
    proxy: Proxy<C>,
    delay: Duration,
    /// The requests that it has not answered, in order, each with the moment at which it will.
    due: Vec<(Instant, RequestId)>,
}

impl<C: Copy> VirtualTapi<C> {
    /// A server with these conventions and nothing else, at [`Instant::START`].
    pub fn new(conventions: Conventions) -> Self {
        VirtualTapi { telephony: Telephony::new(conventions), proxies: Vec::new(), now: Instant::START }
    }

    /// Lets a proxy that has registered with this server answer its requests after a delay, and returns its index.
    pub fn add_proxy(&mut self, proxy: Proxy<C>, delay: Duration) -> usize {
        self.proxies.push(Served { proxy, delay, due: Vec::new() });
        self.proxies.len() - 1
    }

    /// Sets the delay with which a proxy answers the requests that are made from now on.
    pub fn set_delay(&mut self, proxy: usize, delay: Duration) {
        self.plan();
        self.proxies[proxy].delay = delay;
    }

    /// A proxy.
    pub fn proxy(&self, proxy: usize) -> &Proxy<C> {
        &self.proxies[proxy].proxy
    }

    /// A proxy with the server, for what its switch does.
    pub fn proxy_and_telephony(&mut self, proxy: usize) -> (&mut Proxy<C>, &mut Telephony) {
        (&mut self.proxies[proxy].proxy, &mut self.telephony)
    }

    /// Lets time pass up to `to`, with all answers that fall due on the way.
    pub fn advance_to(&mut self, to: Instant) {
        while self.wait(to) {}
        self.now = self.now.max(to);
    }

    /// Notes when new requests will be answered, and forgets those that need no answer any more.
    fn plan(&mut self) {
        for Served { proxy, delay, due } in &mut self.proxies {
            let open = telephony_unanswered(&self.telephony, proxy);
            due.retain(|(_, request)| open.contains(request));
            let known: Vec<RequestId> = due.iter().map(|&(_, request)| request).collect();
            due.extend(open.into_iter().filter(|request| !known.contains(request)).map(|it| (self.now + *delay, it)));
        }
    }
}

fn telephony_unanswered<C: Copy>(telephony: &Telephony, proxy: &Proxy<C>) -> Vec<RequestId> {
    // A proxy whose line is closed has nothing to answer.
    telephony.unanswered(proxy.line()).unwrap_or_default()
}

impl<C: Copy> LineService for VirtualTapi<C> {
    fn telephony(&self) -> &Telephony {
        &self.telephony
    }

    fn telephony_mut(&mut self) -> &mut Telephony {
        &mut self.telephony
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn wait(&mut self, limit: Instant) -> bool {
        self.plan();
        let first = |(index, served): (usize, &Served<C>)| served.due.first().map(|&(at, _)| (at, index));
        let next = self.proxies.iter().enumerate().filter_map(first).min();
        let Some((at, index)) = next.filter(|&(at, _)| at <= limit && at != Instant::NEVER) else {
            self.now = self.now.max(limit);
            return false;
        };
        self.now = self.now.max(at);
        let served = &mut self.proxies[index];
        served.due.remove(0);
        let answered: Result<bool, LineError> = served.proxy.answer_next(&mut self.telephony, self.now);
        debug_assert_eq!(answered, Ok(true), "a request was open");
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::ApiVersion;
    use super::super::constants::LINECALLPRIVILEGE_NONE;
    use super::super::message::LineMessage;
    use super::*;
    use crate::acd::AgentHandler;
    use uuid::Uuid;

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    #[test]
    fn a_proxy_answers_after_its_delay_and_not_before() {
        let mut tapi = VirtualTapi::<()>::new(Conventions::default());
        let device = tapi.telephony_mut().add_device(1);
        let app = tapi.telephony_mut().initialize_ex("SERVER", "acd");
        let start = jiff::civil::date(2026, 3, 2).at(8, 0, 0, 0);
        let handler = AgentHandler::new();
        let proxy = Proxy::register(tapi.telephony_mut(), app, device, "ACD", Uuid::nil(), handler, start).unwrap();
        let proxy = tapi.add_proxy(proxy, Duration::from_secs(5));
        let line = tapi.telephony_mut().open(app, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
        let first = tapi.telephony_mut().create_agent(line, None, None).unwrap();
        assert!(!tapi.wait(at(4)));
        let second = tapi.telephony_mut().create_agent(line, None, None).unwrap();
        let reply = |tapi: &mut VirtualTapi<()>| tapi.telephony_mut().get_message(line).unwrap().map(LineMessage::from);
        assert_eq!((tapi.now(), reply(&mut tapi)), (at(4), None));
        assert!(tapi.wait(at(100)));
        assert_eq!(tapi.now(), at(5));
        assert_eq!(reply(&mut tapi), Some(LineMessage::Reply { request: first.0, result: Ok(()) }));
        tapi.advance_to(at(20));
        assert_eq!(tapi.now(), at(20));
        let told: Vec<_> = std::iter::from_fn(|| reply(&mut tapi)).collect();
        assert!(told.contains(&LineMessage::Reply { request: second.0, result: Ok(()) }));
        tapi.set_delay(proxy, Duration::MAX);
        tapi.telephony_mut().create_agent(line, None, None).unwrap();
        tapi.advance_to(at(1_000_000));
        assert_eq!(reply(&mut tapi), None);
        assert_eq!(tapi.proxy(proxy).handler().agent_count(), 2);
    }
}
