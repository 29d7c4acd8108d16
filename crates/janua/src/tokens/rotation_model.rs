//! Every interleaving of three tabs, lost answers and a thief, played against the rule.
//!
//! The world is small enough to be searched whole: an owner with tabs that share one stored token, a thief who copied
//! one token at some moment, answers that get lost, and time that passes. Two things must hold in every reachable
//! state: honest people are never signed out while nobody steals, and once both thief and owner have refreshed the
//! same family past the grace, the session is over.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Decision, Shown, decide};

const GRACE: Duration = Duration::from_secs(60);
/// Longer than the grace.
const LATER: TimeDelta = TimeDelta::seconds(61);

/// Tokens of one family are numbered: the successor of `n` is `n + 1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    now: i64,
    /// When token `n` was first used.
    used_at: Vec<Option<i64>>,
    ended: bool,
    /// What each tab holds, and what it asked for and has no answer to.
    tabs: Vec<Tab>,
    thief: Option<usize>,
    thief_refreshed: bool,
    steps: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Tab {
    holds: usize,
    signed_out: bool,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A tab refreshes and hears the answer.
    Refresh(usize),
    /// A tab refreshes and the answer is lost.
    RefreshLost(usize),
    /// A tab reads the shared storage, where the newest token stands.
    Share(usize, usize),
    /// The thief copies what a tab holds.
    Steal(usize),
    /// The thief refreshes, without the device cookie.
    ThiefRefresh,
    /// More time than the grace passes.
    Wait,
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

impl World {
    fn new(tabs: usize) -> Self {
        let tab = Tab {
            holds: 0,
            signed_out: false,
        };
        Self {
            now: 0,
            used_at: vec![None],
            ended: false,
            tabs: vec![tab; tabs],
            thief: None,
            thief_refreshed: false,
            steps: 0,
        }
    }

    fn show(&mut self, token: usize, same_device: bool) -> Option<usize> {
        if self.ended {
            return None;
        }
        let shown = Shown {
            used_at: self.used_at[token].map(time),
            expires_at: time(1_000_000),
            successor_used: self.used_at.get(token + 1).is_some_and(Option::is_some),
            same_device,
        };
        match decide(shown, time(self.now), GRACE) {
            Decision::Rotate => {
                self.used_at[token] = Some(self.now);
                self.used_at.push(None);
                Some(token + 1)
            }
            Decision::Repeat => Some(token + 1),
            Decision::Expired => None,
            Decision::Theft => {
                self.ended = true;
                None
            }
        }
    }

    fn after(&self, step: Step, owner_has_cookie: bool) -> Option<Self> {
        let mut world = self.clone();
        world.steps += 1;
        match step {
            Step::Refresh(tab) => {
                if world.tabs[tab].signed_out {
                    return None;
                }
                match world.show(world.tabs[tab].holds, owner_has_cookie) {
                    Some(next) => world.tabs[tab].holds = next,
                    None => world.tabs[tab].signed_out = true,
                }
            }
            Step::RefreshLost(tab) => {
                if world.tabs[tab].signed_out {
                    return None;
                }
                world.show(world.tabs[tab].holds, owner_has_cookie);
            }
            Step::Share(from, to) => {
                if world.tabs[from].holds <= world.tabs[to].holds {
                    return None;
                }
                world.tabs[to].holds = world.tabs[from].holds;
            }
            Step::Steal(tab) => {
                if world.thief.is_some() {
                    return None;
                }
                world.thief = Some(world.tabs[tab].holds);
            }
            Step::ThiefRefresh => {
                let next = world.show(world.thief?, false);
                world.thief_refreshed |= next.is_some();
                world.thief = next.or(world.thief);
            }
            Step::Wait => world.now += LATER.num_seconds(),
        }
        Some(world)
    }
}

/// Visits every world that `steps` can reach within `depth`; gives how many there were.
fn explore(start: World, steps: &[Step], cookie: bool, depth: u8, mut check: impl FnMut(&World)) -> usize {
    let mut seen = HashSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    while let Some(world) = queue.pop_front() {
        check(&world);
        if world.steps >= depth {
            continue;
        }
        for step in steps {
            if let Some(next) = world.after(*step, cookie)
                && seen.insert(next.clone())
            {
                queue.push_back(next);
            }
        }
    }
    seen.len()
}

#[test]
fn honest_tabs_with_the_device_cookie_are_never_signed_out_unless_a_sibling_went_two_ahead() {
    use Step::{Refresh, RefreshLost, Share, Wait};
    let steps = [
        Refresh(0),
        Refresh(1),
        Refresh(2),
        RefreshLost(0),
        RefreshLost(1),
        RefreshLost(2),
        Share(0, 1),
        Share(1, 2),
        Share(2, 0),
        Share(0, 2),
        Wait,
    ];
    let worlds = explore(World::new(3), &steps, true, 8, |world| {
        // A tab may only ever be refused when it kept a token whose successor was already used: SDKs share storage.
        for tab in world.tabs.iter().filter(|tab| tab.signed_out) {
            let successor_used = world.used_at.get(tab.holds + 1).is_some_and(Option::is_some);
            assert!(successor_used || world.ended, "{world:?}");
        }
    });
    assert!(worlds > 10_000, "{worlds}");
}

#[test]
fn tabs_that_share_their_storage_survive_every_lost_answer() {
    use Step::{Refresh, RefreshLost, Wait};
    // One storage for all tabs: whatever the interleaving, the owner stays signed in.
    for cookie in [true, false] {
        let steps: &[Step] = if cookie {
            &[Refresh(0), RefreshLost(0), Wait]
        } else {
            &[Refresh(0), RefreshLost(0)]
        };
        explore(World::new(1), steps, cookie, 12, |world| {
            assert!(!world.ended && !world.tabs[0].signed_out, "{world:?}");
        });
    }
}

#[test]
fn a_thief_who_refreshes_is_found_at_the_latest_when_the_owner_goes_on() {
    use Step::{Refresh, RefreshLost, Steal, ThiefRefresh, Wait};
    let steps = [Refresh(0), RefreshLost(0), Steal(0), ThiefRefresh, Wait];
    let mut outcomes: HashMap<&str, usize> = HashMap::new();
    explore(World::new(1), &steps, true, 10, |world| {
        // The owner goes on alone: two refreshes after a pause. Either they are fine and the thief is out, or the
        // session is over for both. Never do both go on.
        let (Some(thief), true) = (world.thief, world.thief_refreshed) else {
            return;
        };
        let mut later = world.clone();
        later.now += LATER.num_seconds();
        let mut owner_alive = !later.ended;
        for _ in 0..3 {
            match later.show(later.tabs[0].holds, true) {
                Some(next) => later.tabs[0].holds = next,
                None => owner_alive = false,
            }
        }
        later.now += LATER.num_seconds();
        let thief_alive = later.show(thief, false).is_some();
        assert!(
            !(owner_alive && !later.ended && thief_alive),
            "{world:?}\n{later:?}"
        );
        *outcomes
            .entry(if later.ended { "ended" } else { "thief is behind" })
            .or_default() += 1;
    });
    assert!(
        outcomes.get("ended").copied().unwrap_or_default() > 100,
        "{outcomes:?}"
    );
}

#[test]
fn an_old_token_is_theft_even_after_its_time() {
    let shown = Shown {
        used_at: Some(time(0)),
        expires_at: time(10),
        successor_used: true,
        same_device: true,
    };
    assert_eq!(decide(shown, time(1_000), GRACE), Decision::Theft);
    let unused = Shown {
        used_at: None,
        successor_used: false,
        ..shown
    };
    assert_eq!(decide(unused, time(10), GRACE), Decision::Expired);
}
