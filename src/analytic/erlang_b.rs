//! Erlang's loss formula.

use super::AnalyticError;
use super::error::{MAX_AGENTS, require};

/// The M/G/c/c system: calls that find all servers busy are lost, nobody waits.
///
/// A. K. Erlang, 1917, Solution of some problems in the theory of probabilities of significance in automatic telephone
/// exchanges. It depends on the handle times by their mean alone.
///
/// ```
/// use acdsim::analytic::ErlangB;
///
/// let trunks = ErlangB::new(17, 10.0)?;
/// assert!((trunks.p_block() - 0.012_948_875_224_726_7).abs() < 1e-15);
/// # Ok::<(), acdsim::analytic::AnalyticError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangB {
    servers: u32,
    offered_load: f64,
    p_block: f64,
}

impl ErlangB {
    /// The system with `servers` (0 to [`MAX_AGENTS`]) and an offered load in Erlang (0 to 10¹⁰): calls per second
    /// times their mean handle time in seconds.
    ///
    /// # Errors
    ///
    /// [`AnalyticError::Parameter`] for a parameter outside its range.
    pub fn new(servers: u32, offered_load: f64) -> Result<Self, AnalyticError> {
        require(servers <= MAX_AGENTS, "servers", servers, "from 0 to 1000000")?;
        require((0.0..=1e10).contains(&offered_load), "offered_load", offered_load, "from 0 to 1e10 Erlang")?;
        Ok(ErlangB { servers, offered_load, p_block: loss(servers, offered_load) })
    }

    /// The number of servers.
    pub fn servers(&self) -> u32 {
        self.servers
    }

    /// The probability that a call is lost, B(c, a).
    pub fn p_block(&self) -> f64 {
        self.p_block
    }

    /// The offered load, in Erlang.
    pub fn offered_load(&self) -> f64 {
        self.offered_load
    }

    /// The mean number of busy servers: a(1 − B).
    pub fn carried_load(&self) -> f64 {
        self.offered_load * self.p_served()
    }

    /// The share of the servers that is busy, 0 to 1; 0 without servers.
    pub fn occupancy(&self) -> f64 {
        if self.servers == 0 { 0.0 } else { self.carried_load() / f64::from(self.servers) }
    }

    /// 1 − B, without its cancellation where nearly all calls are lost: a B(c−1) (1 − B(c)) = c B(c).
    fn p_served(&self) -> f64 {
        if self.p_block < 0.5 || self.servers == 0 {
            return 1.0 - self.p_block;
        }
        let before = loss(self.servers - 1, self.offered_load);
        f64::from(self.servers) * self.p_block / (self.offered_load * before)
    }
}

/// B(servers, load) by B(k) = a B(k−1) / (k + a B(k−1)), which is stable (E. Messerli, 1972, Proof of a convexity
/// property of the Erlang B formula, Bell System Technical Journal 51).
pub(super) fn loss(servers: u32, load: f64) -> f64 {
    let mut blocked = 1.0;
    for k in 1..=servers {
        let carried = load * blocked;
        blocked = carried / (f64::from(k) + carried);
        if blocked == 0.0 {
            break;
        }
    }
    blocked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Computed with 30 digits.
    const VALUES: [(u32, f64, f64); 8] = [
        (1, 0.5, 0.333_333_333_333_333),
        (2, 1.0, 0.2),
        (10, 9.5, 0.191_379_158_301_318),
        (190, 200.0, 0.088_696_843_869_235_61),
        (250, 220.5, 0.003_898_676_161_197_04),
        (736, 708.0, 0.009_924_638_063_744_409),
        (1_000, 500.0, 1.652_415_127_751_342e-86),
        (1_000, 1_000.0, 0.024_811_917_646_160_4),
    ];

    #[test]
    fn the_values_are_right() {
        for (servers, load, exact) in VALUES {
            let computed = ErlangB::new(servers, load).unwrap().p_block();
            assert!((computed / exact - 1.0).abs() < 3e-14, "B({servers}, {load}) is {computed:e}, not {exact:e}");
        }
    }

    #[test]
    fn the_ends_are_met() {
        let none = ErlangB::new(0, 3.0).unwrap();
        assert_eq!((none.p_block(), none.carried_load(), none.occupancy()), (1.0, 0.0, 0.0));
        let idle = ErlangB::new(5, 0.0).unwrap();
        assert_eq!((idle.p_block(), idle.occupancy()), (0.0, 0.0));
        assert_eq!(ErlangB::new(MAX_AGENTS, 1.0).unwrap().p_block(), 0.0);
        // Nearly all is lost: the mean number of free servers is near c/a.
        let flooded = ErlangB::new(10, 1e10).unwrap();
        assert!((flooded.carried_load() - (10.0 - 1e-9)).abs() < 1e-14);
        // At c = a, B is near √(2/(πc)) / (1 + ...).
        let large = ErlangB::new(100_000, 100_000.0).unwrap().p_block();
        assert!((large * (std::f64::consts::PI * 50_000.0_f64).sqrt() - 1.0).abs() < 3e-3, "{large}");
    }

    #[test]
    fn what_is_no_system_is_refused() {
        assert!(ErlangB::new(MAX_AGENTS + 1, 1.0).is_err());
        for load in [-1.0, 1.1e10, f64::NAN] {
            assert!(ErlangB::new(1, load).is_err(), "{load}");
        }
    }

    proptest! {
        #[test]
        fn more_servers_lose_less_and_more_load_loses_more(servers in 1..400_u32, load in 0.01..500.0_f64) {
            let blocked = loss(servers, load);
            prop_assert!((0.0..=1.0).contains(&blocked));
            prop_assert!(loss(servers + 1, load) < blocked || blocked == 0.0);
            prop_assert!(loss(servers, load * 1.01) > blocked || blocked == 0.0);
        }
    }
}
