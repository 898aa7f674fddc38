//! What these policies loosened or tightened against those of an earlier revision: for each kind of request in both, whether one set
//! allows what the other refuses, with an example that both were asked about. Where the two cannot be compared, it says so.

mod earlier;
mod joined;
mod rules;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
};

use cedar_policy::{
    Authorizer, Decision, Effect, Entities, Entity, EntityId, EntityUid, Policy, PolicySet, RequestEnv,
};
use cedar_policy_symcc::Env;
use stairgate_rulebook::{Role, rule, source};

use self::{
    earlier::Earlier,
    joined::{Joined, Kept},
};
use crate::{ask::Solver, invariant, proofs, proofs::Outcome, tell};

/// Compares the policies, schema and rules in a folder, which are those of an earlier revision, with the present ones.
pub async fn compare(solver: &mut Solver, folder: &Path) -> Result<Outcome, String> {
    let earlier = Earlier::read(folder)?;
    let joined = Joined::of(&earlier.schema)?;
    let sides = Sides::new(&earlier, &joined)?;
    solver.turn_to(&joined.schema);
    let mut tally = Tally::default();
    for line in rules::changes(&earlier.rules) {
        println!("{line}");
    }
    for env in joined.schema.request_envs() {
        sides.one(solver, &env, &mut tally).await?;
    }
    println!("{}", tally.sentence());
    Ok(Outcome::Proved)
}

/// How many kinds of request came out how.
#[derive(Default)]
struct Tally {
    loosened: usize,
    tightened: usize,
    both: usize,
    same: usize,
    reworded: usize,
    new: usize,
    gone: usize,
    apart: usize,
}

impl Tally {
    fn sentence(&self) -> String {
        format!(
            "{} kinds of request loosened, {} tightened, {} both, {} the same ({} of them by policies worded otherwise), \
             {} new, {} gone, {} that cannot be compared",
            self.loosened, self.tightened, self.both, self.same, self.reworded, self.new, self.gone, self.apart
        )
    }
}

/// The two sets that are compared, over one schema that knows the words of both.
struct Sides<'a> {
    joined: &'a Joined,
    then: Side,
    now: Side,
}

/// One set of policies: all of them, and those of the core alone, which hold whatever a setting switches off.
struct Side {
    all: PolicySet,
    core: PolicySet,
    /// For each kind of request (who asks, for what) the policies about it as they stand in their files, and whether each is core.
    texts: BTreeMap<(String, String), BTreeSet<(String, bool)>>,
}

impl Side {
    fn new(
        all: &PolicySet,
        joined: &Joined,
        is_core: impl Fn(&str) -> bool,
        text: impl Fn(&Policy) -> String,
    ) -> Result<Self, String> {
        let is_core = |policy: &Policy| policy.annotation("rule").is_none_or(&is_core);
        let mut texts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for policy in all.policies() {
            for env in policy.get_valid_request_envs(&joined.schema) {
                let request = (env.principal().to_string(), env.action().to_string());
                texts.entry(request).or_default().insert((text(policy), is_core(policy)));
            }
        }
        Ok(Self { core: proofs::only(all, is_core)?, all: all.clone(), texts })
    }
}

impl<'a> Sides<'a> {
    fn new(earlier: &Earlier, joined: &'a Joined) -> Result<Self, String> {
        let texts = earlier.texts();
        let text = |policy: &Policy| texts.get(policy.id().as_ref() as &str).cloned().unwrap_or_default();
        let then = Side::new(&earlier.policies(joined)?, joined, |id| earlier.rules.is_core(id), text)?;
        let is_core = |id: &str| id.parse().is_ok_and(|id| rule(&id).core);
        let now = Side::new(source::policies(), joined, is_core, ToString::to_string)?;
        Ok(Self { joined, then, now })
    }

    /// Compares one kind of request, and says what changed.
    async fn one(&self, solver: &mut Solver, env: &RequestEnv, tally: &mut Tally) -> Result<(), String> {
        let name = format!("{} ({})", env.action().id().unescaped(), tell::kind(&env.principal().to_string()));
        match self.joined.kept(env) {
            Kept::New => {
                tally.new += 1;
                println!("new        {name}: it did not exist then");
            }
            Kept::Gone => {
                tally.gone += 1;
                println!("gone       {name}: it does not exist any more");
            }
            Kept::Apart(why) => {
                tally.apart += 1;
                println!("apart      {name}: cannot be compared, since {why}");
            }
            Kept::Both => self.both(solver, env, &name, tally).await?,
        }
        Ok(())
    }

    async fn both(&self, solver: &mut Solver, env: &RequestEnv, name: &str, tally: &mut Tally) -> Result<(), String> {
        if self.is_word_for_word(env) {
            tally.same += 1;
            return Ok(());
        }
        let loosened = self.told(solver, env, name, Way::Loosened).await?;
        let tightened = self.told(solver, env, name, Way::Tightened).await?;
        match (loosened, tightened) {
            (true, true) => tally.both += 1,
            (true, false) => tally.loosened += 1,
            (false, true) => tally.tightened += 1,
            (false, false) => {
                tally.same += 1;
                tally.reworded += 1;
            }
        }
        Ok(())
    }

    /// Whether the same policies, word for word, decide about a request in both: then there is nothing to ask.
    fn is_word_for_word(&self, env: &RequestEnv) -> bool {
        let request = (env.principal().to_string(), env.action().to_string());
        self.joined.in_same_groups(env) && self.then.texts.get(&request) == self.now.texts.get(&request)
    }

    /// Says whether and how a kind of request went one way: with every rule on, else with the core alone.
    async fn told(&self, solver: &mut Solver, env: &RequestEnv, name: &str, way: Way) -> Result<bool, String> {
        for (then, now, where_) in [
            (&self.then.all, &self.now.all, ""),
            (&self.then.core, &self.now.core, ", in a setting that switched off what is not core"),
        ] {
            // Now what is wider, then what refuses the difference.
            let (wide, narrow) = match way {
                Way::Loosened => (now, then),
                Way::Tightened => (then, now),
            };
            let Some(found) = beyond(solver, wide, narrow, env).await? else { continue };
            let whom = affected(solver, (wide, narrow), env, &found).await?;
            println!("{} {name}{where_}{whom}: {}.", way.word(), way.by(&found, narrow));
            println!("           for example {}", way.example(&found));
            return Ok(true);
        }
        Ok(false)
    }
}

/// Which way a kind of request went.
#[derive(Clone, Copy)]
enum Way {
    Loosened,
    Tightened,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Loosened => "LOOSENED  ",
            Self::Tightened => "TIGHTENED ",
        }
    }

    /// What refuses on the narrower side.
    fn by(self, found: &Env, refusing: &PolicySet) -> String {
        let by = refused_by(found, refusing);
        match self {
            Self::Loosened => format!("{by} refused it then"),
            Self::Tightened => format!("{by} refuses it now"),
        }
    }

    fn example(self, found: &Env) -> String {
        match self {
            Self::Loosened => tell::allowed(found),
            Self::Tightened => tell::refused(found),
        }
    }
}

/// A request that one set allows and another refuses: one that could happen, if there is one.
async fn beyond(
    solver: &mut Solver,
    wide: &PolicySet,
    narrow: &PolicySet,
    env: &RequestEnv,
) -> Result<Option<Env>, String> {
    let Some(found) = solver.beyond(wide, narrow, env).await? else { return Ok(None) };
    let likely = invariant::plausible(wide)?;
    Ok(Some(solver.beyond(&likely, narrow, env).await?.unwrap_or(found)))
}

/// For which roles alone the difference shows, in words; nothing where no person asks. Where the example itself shows it with another
/// role, the solver need not be asked.
async fn affected(
    solver: &mut Solver,
    (wide, narrow): (&PolicySet, &PolicySet),
    env: &RequestEnv,
    found: &Env,
) -> Result<String, String> {
    if env.principal().to_string() != "Person" {
        return Ok(String::new());
    }
    let mut roles = Vec::new();
    for role in Role::ALL {
        let shown = shows_as(found, *role, wide, narrow);
        if shown || solver.beyond(&invariant::in_one_role(wide, *role)?, narrow, env).await?.is_some() {
            roles.push(role.name().replace('_', " "));
        }
    }
    Ok(match roles.len() {
        0 => ", for nobody who has one role alone".to_owned(),
        count if count == Role::ALL.len() => ", for every role".to_owned(),
        _ => format!(", for {}", roles.join(", ")),
    })
}

/// Whether an example is still one when the person has this role alone.
fn shows_as(found: &Env, role: Role, wide: &PolicySet, narrow: &PolicySet) -> bool {
    let Ok(type_name) = "Role".parse() else { return false };
    let role = EntityUid::from_type_name_and_id(type_name, EntityId::new(role.name()));
    let entities = found.entities.iter().cloned().map(|entity| {
        if Some(&entity.uid()) != found.request.principal() {
            return Some(entity);
        }
        let (uid, attributes, _) = entity.into_inner();
        Entity::new(uid, attributes, HashSet::from([role.clone()])).ok()
    });
    let entities = entities.collect::<Option<Vec<_>>>().and_then(|all| Entities::from_entities(all, None).ok());
    let Some(entities) = entities else { return false };
    let says = |policies| Authorizer::new().is_authorized(&found.request, policies, &entities).decision();
    says(wide) == Decision::Allow && says(narrow) == Decision::Deny
}

/// The forbids that refuse an example, by the real Authorizer, each with its rule.
fn refused_by(found: &Env, policies: &PolicySet) -> String {
    let response = Authorizer::new().is_authorized(&found.request, policies, &found.entities);
    let forbids = response.diagnostics().reason().filter_map(|id| policies.policy(id));
    let forbids = forbids.filter(|policy| policy.effect() == Effect::Forbid);
    let mut named: Vec<String> = forbids
        .map(|policy| format!("the rule {} ({})", policy.annotation("rule").unwrap_or("without a name"), policy.id()))
        .collect();
    named.sort();
    if named.is_empty() { "the lack of a permit".to_owned() } else { named.join(" and ") }
}
