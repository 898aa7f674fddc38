//! Questions to cvc5, each for one request environment (a kind of actor, a verb). A question that it cannot answer is a fault,
//! never a proof; and each counter-example is replayed through the real Authorizer, which must agree.

use cedar_policy::{Authorizer, Decision, Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env,
    err::{Error, SolverError},
    solver::LocalSolver,
};
use stairgate_rulebook::source;

/// Milliseconds for one question. cvc5's other limit counts the whole life of its process.
const LIMIT: &str = "--tlimit-per=20000";

/// cvc5, with what has been asked of it.
pub struct Solver {
    compiler: CedarSymCompiler<LocalSolver>,
    schema: Schema,
    /// How many questions were asked.
    pub asked: usize,
}

impl Solver {
    /// Starts cvc5: the one that `CVC5` names, else the one on the path.
    pub fn start() -> Result<Self, String> {
        let local = LocalSolver::cvc5_with_args([LIMIT]).map_err(|_| {
            "cvc5 is missing: install the Debian package cvc5 (apt-get install cvc5), or name it in CVC5.".to_owned()
        })?;
        let compiler = CedarSymCompiler::new(local).map_err(|error| told(&error))?;
        Ok(Self { compiler, schema: source::schema().clone(), asked: 0 })
    }

    /// Asks about the requests of another schema from now on.
    pub fn turn_to(&mut self, schema: &Schema) {
        self.schema = schema.clone();
    }

    /// Something that `rules` allow and `limits` do not; none if there is nothing.
    pub async fn beyond(
        &mut self,
        rules: &PolicySet,
        limits: &PolicySet,
        env: &RequestEnv,
    ) -> Result<Option<Env>, String> {
        let (inner, outer) = (self.compile(rules, env)?, self.compile(limits, env)?);
        self.asked += 1;
        let found = self.compiler.check_implies_with_counterexample_opt(&inner, &outer).await;
        let found = found.map_err(|error| told(&error))?;
        if let Some(found) = &found {
            replay(found, rules, Decision::Allow)?;
            replay(found, limits, Decision::Deny)?;
        }
        Ok(found)
    }

    /// Something that a set refuses; none if it allows everything.
    pub async fn refused(&mut self, rules: &PolicySet, env: &RequestEnv) -> Result<Option<Env>, String> {
        let compiled = self.compile(rules, env)?;
        self.asked += 1;
        let found = self.compiler.check_always_allows_with_counterexample_opt(&compiled).await;
        let found = found.map_err(|error| told(&error))?;
        found.as_ref().map_or(Ok(()), |found| replay(found, rules, Decision::Deny))?;
        Ok(found)
    }

    /// Something that a set allows; none if it refuses everything.
    pub async fn allowed(&mut self, rules: &PolicySet, env: &RequestEnv) -> Result<Option<Env>, String> {
        let compiled = self.compile(rules, env)?;
        self.asked += 1;
        let found = self.compiler.check_always_denies_with_counterexample_opt(&compiled).await;
        let found = found.map_err(|error| told(&error))?;
        found.as_ref().map_or(Ok(()), |found| replay(found, rules, Decision::Allow))?;
        Ok(found)
    }

    /// A request on which a policy errs; none if it never does.
    pub async fn errs(&mut self, policy: &Policy, env: &RequestEnv) -> Result<Option<Env>, String> {
        let compiled = CompiledPolicy::compile(policy, env, &self.schema).map_err(|error| told(&error))?;
        self.asked += 1;
        let found = self.compiler.check_never_errors_with_counterexample_opt(&compiled).await;
        found.map_err(|error| told(&error))
    }

    /// Whether a policy can ever match.
    pub async fn matches(&mut self, policy: &Policy, env: &RequestEnv) -> Result<bool, String> {
        let compiled = CompiledPolicy::compile(policy, env, &self.schema).map_err(|error| told(&error))?;
        self.asked += 1;
        let never = self.compiler.check_never_matches_opt(&compiled).await;
        never.map(|never| !never).map_err(|error| told(&error))
    }

    fn compile(&self, policies: &PolicySet, env: &RequestEnv) -> Result<CompiledPolicySet, String> {
        CompiledPolicySet::compile(policies, env, &self.schema).map_err(|error| told(&error))
    }
}

fn replay(found: &Env, policies: &PolicySet, expected: Decision) -> Result<(), String> {
    let response = Authorizer::new().is_authorized(&found.request, policies, &found.entities);
    if response.decision() == expected {
        Ok(())
    } else {
        Err(format!("The solver and the Authorizer disagree, so neither can be trusted: {found}"))
    }
}

fn told(error: &Error) -> String {
    match error {
        Error::SolverUnknown => "cvc5 gave up on a question within its time, so nothing is proved.".to_owned(),
        Error::SolverError(SolverError::Solver(message)) => format!("cvc5 stopped: {message}."),
        other => format!("The question could not be put to cvc5: {other}."),
    }
}
