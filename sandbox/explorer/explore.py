"""Explore a program: run it under many schedules, collect what came out, and make the finding small and certain."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.explorer import realism
from sandbox.explorer import schedule as schedules
from sandbox.explorer.errors import DivergenceError
from sandbox.explorer.execution import Entry, Execution, Kind, Outcome, Runner
from sandbox.explorer.program import Program
from sandbox.explorer.races import Race
from sandbox.explorer.schedule import Schedule
from sandbox.explorer.shrink import shrink
from sandbox.explorer.strategies import Strategy, make
from sandbox.explorer.strategies.bounded import Bounded
from sandbox.explorer.strategies.fixed import NoPreemption, Replay
from sandbox.explorer.strategies.long import Long
from sandbox.explorer.strategies.portfolio import Portfolio
from sandbox.explorer.trace import Event, Tracer
from sandbox.explorer.witness import Witness

DEFAULT_SCHEDULES = 1000
LEAST_STEP_LIMIT = 20_000
MOST_ENDLESS = 3
"""Executions that were cut off, each of which took long, after which no more are tried."""
PROGRESS_SECONDS = 0.2
STEPS_PER_SECOND = 500_000
"""What is expected of a machine, to see how many schedules of a long program fit into the processor time."""
LEAST_PLANNED = 5
WITNESSED_AMONG = 50
"""Executions among the first of which the scheduler is watched."""
FINDING_SHARE = 1.5
"""Of a cap on time, after which the finding stays as it is."""
AFTERWARDS = 6
"""Executions that confirming and tracing a finding takes."""
RACE_SAMPLES = 6
"""Executions that are replayed only to look for data races, and how many steps they may have in all."""
RACE_STEPS = 300_000

Judge = Callable[[Execution], str | None]
"""What is wrong with an execution, in one sentence; None when it is right. Called once per execution that ended."""

Progress = Callable[[int, int], None]
"""Called with (schedules done, schedules planned)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how to explore."""

    schedules: int = DEFAULT_SCHEDULES
    seconds: float | None = None
    """Wall-clock cap. Only when it is reached do findings depend on the machine's speed, and the report says so.

    Making the finding small may take as long again.
    """
    cpu_seconds: float | None = None
    """The same for processor time. A program too long for that gets fewer schedules at once, by its steps and not by a
    clock, so that what is found does not depend on the machine."""
    seed: int = 0
    strategy: str = "portfolio"
    stop_at_failure: bool = False
    """Stop at the first failing execution, as a verdict needs it; else go on and count outcomes."""
    stdin: str = ""
    most_traced: int = 1 << 62
    """Steps of the longest execution with which a finding is traced and races are looked for; 0: never."""
    witnesses: int = 0
    """How many executions beside these watch whether the scheduler still does what it has to."""


@dataclass(slots=True)
class Seen:
    """One distinct outcome."""

    outcome: Outcome
    count: int
    schedule: Schedule
    """The one with the fewest preemptions seen."""
    preemptions: int
    found_at: int
    """Number of the execution that showed it first, from 0."""
    problem: str | None = None
    """What the judge said."""


@dataclass(slots=True)
class Finding:
    """A failing execution, shrunk and confirmed."""

    execution: Execution
    found_at: int
    """Number of the execution that showed it first."""
    problem: str | None
    """What the judge said; None where the outcome speaks for itself."""
    confirmed: bool
    """Replaying it gave the same again, twice."""
    fewest: bool
    """No schedule with fewer preemptions fails: the search with smaller bounds was exhausted."""
    realism: str
    """`gil`: this interpreter's GIL could show it; `language`: only the language allows it."""
    events: list[Event] = field(default_factory=list)
    dropped: int = 0
    """Events that did not fit into the trace."""


@dataclass(slots=True)
class Report:
    """What an exploration found out."""

    outcomes: list[Seen]
    """The first is that of the plain schedule, without a preemption."""
    executions: int
    finding: Finding | None
    races: list[Race]
    complete_bound: int
    """All schedules with at most this many preemptions were explored; -1: no such claim; 1 << 30: all schedules."""
    diverged: str | None
    """The program did not do the same thing twice under one schedule: nothing else in the report is certain."""
    out_of_time: bool
    seconds: float
    steps: int
    """Steps of the longest execution."""
    sites: int
    """Places in the program that are steps."""
    witnessed: list[Witness] = field(default_factory=list)
    """What those that watched the scheduler have seen."""

    @property
    def plain(self) -> Outcome:
        return self.outcomes[0].outcome

    @property
    def ok(self) -> bool:
        """Nothing failed and every schedule had the same outcome."""
        return self.finding is None


def explore(
    program: Program,
    entry: Entry | None = None,
    settings: Settings | None = None,
    judge: Judge | None = None,
    progress: Progress | None = None,
    *,
    so_far: Callable[[Report], None] | None = None,
) -> Report:
    """Run `program` (and then `entry` with its modules) under many schedules.

    Without a judge an execution fails when it does not finish, or when its outcome differs from the plain schedule's.
    With one, it fails when it does not finish or when the judge says so.
    so_far is called with a report without a finding, when there are new outcomes and progress is told.
    Raises UsageError on a bad setting and ExplorerError when the explorer itself fails.
    """
    exploration = _Exploration(program, entry, settings or Settings(), judge, progress)
    exploration.so_far = so_far
    return exploration.run()


class _Exploration:
    def __init__(
        self, program: Program, entry: Entry | None, settings: Settings, judge: Judge | None, progress: Progress | None
    ) -> None:
        self.program = program
        self.settings = settings
        self.judge = judge
        self.progress = progress
        self.so_far: Callable[[Report], None] | None = None
        self.outcomes_told = 0
        self.runner = Runner(program, entry, settings.stdin)
        self.strategy: Strategy = make(settings.strategy, settings.seed, settings.schedules)
        self.seen: dict[tuple[Outcome, str | None], Seen] = {}
        self.planned = settings.schedules
        self.done = 0
        self.most_steps = 0
        self.started = time.monotonic()
        self.started_cpu = time.process_time()
        self.told = self.started
        self.diverged: str | None = None
        self.out_of_time = False
        self.unfinished = False
        self.endless = 0
        self.witnessed: list[Witness] = []
        random = Random(f"{self.settings.seed}:witnesses")
        self.to_witness = sorted(random.randrange(WITNESSED_AMONG) for _ in range(self.settings.witnesses))
        """After how many executions; for the rest, at the end."""

    def run(self) -> Report:
        with self.runner:
            self._plain()
            if not (self.settings.stop_at_failure and self._failing()):
                self._search()
            if not self._failing():
                self._witness(len(self.to_witness))
            finding = None
            races: list[Race] = []
            complete = self._complete()
            if self.diverged is None:
                try:
                    finding = self._finding(complete)
                    # Who judges asks what is wrong; where nothing is, a race is no answer.
                    if self._traces() and (finding is not None or self.judge is None):
                        races = self._races()
                except DivergenceError as error:
                    self.diverged = str(error)
        return self._report(finding, races, -1 if self.diverged else complete)

    def _report(self, finding: Finding | None, races: list[Race], complete: int) -> Report:
        return Report(
            outcomes=list(self.seen.values()),
            executions=self.done,
            finding=finding,
            races=races,
            complete_bound=complete,
            diverged=self.diverged,
            out_of_time=self.out_of_time,
            seconds=time.monotonic() - self.started,
            steps=self.most_steps,
            sites=sum(self.program.sharing.hot),
            witnessed=self.witnessed,
        )

    # Running

    def _plain(self) -> None:
        """The schedule without preemptions, until it teaches no more about what is shared."""
        for _ in range(4):
            self.seen.clear()
            self.done = 0
            execution = self._execute(NoPreemption())
            if not self.program.sharing.grow():
                break
        if execution.outcome.kind not in (Kind.ENDLESS, Kind.LIVELOCK):
            self.runner.step_limit = max(LEAST_STEP_LIMIT, 20 * execution.steps)
        self._plan(execution.steps)

    def _plan(self, steps: int) -> None:
        settings = self.settings
        if settings.cpu_seconds is not None and settings.strategy == "portfolio":
            fitting = max(int(settings.cpu_seconds * STEPS_PER_SECOND / max(steps, 1)), LEAST_PLANNED)
            if fitting < settings.schedules:
                self.planned = fitting
                self.strategy = Long(Random(settings.seed), steps)

    def _search(self) -> None:
        settings = self.settings
        while self.done < self.planned:
            if self._over(1.0) or self._too_slow():
                return
            if self.endless >= MOST_ENDLESS or (self.endless and self.done == 1):
                return
            self._witness(sum(at < self.done for at in self.to_witness))
            plan = self.strategy.next_plan()
            if plan is None:
                return
            try:
                execution = self._execute(plan)
            except DivergenceError as error:
                self.diverged = str(error)
                return
            self.strategy.observe(plan, execution.steps)
            if self.program.sharing.grow():
                self.strategy.restart()
                self.unfinished = False
            if settings.stop_at_failure and self._settled():
                return

    def _settled(self) -> bool:
        """Whether there is a failure, and nothing is left of the bounded search with fewer preemptions.

        Something is when the very execution that failed showed another shared place: then the search begins again.
        """
        failing = self._failing()
        if not failing:
            return False
        fewest = min(seen.preemptions for seen in failing)
        bounded = self.strategy.searching if isinstance(self.strategy, Portfolio) else self.strategy
        return not isinstance(bounded, Bounded) or bounded.level >= fewest

    def _witness(self, count: int) -> None:
        """Watches the scheduler so many times. What is known of the program stays as it is."""
        for _ in range(count):
            del self.to_witness[0]
            sharing, limit = self.program.sharing, self.runner.step_limit
            known = bytes(sharing.known)
            witness = Witness(f"{self.settings.seed}:{len(self.witnessed)}")
            self.witnessed.append(witness)
            self.runner.step_limit = LEAST_STEP_LIMIT
            try:
                self.runner.run(witness)
            finally:
                self.runner.step_limit = limit
                sharing.known[:] = known

    def _execute(self, plan: Any) -> Execution:
        execution = self.runner.run(plan)
        self.most_steps = max(self.most_steps, execution.steps)
        if execution.outcome.kind in (Kind.ENDLESS, Kind.OUTPUT_LIMIT):
            self.unfinished = True
            self.endless += 1
        problem = self._problem(execution)
        key = (execution.outcome, problem)
        seen = self.seen.get(key)
        if seen is None:
            self.seen[key] = Seen(execution.outcome, 1, execution.schedule, execution.preemptions, self.done, problem)
        else:
            seen.count += 1
            if execution.preemptions < seen.preemptions:
                seen.schedule, seen.preemptions = execution.schedule, execution.preemptions
        self.done += 1
        if self.done % 20 == 0 or time.monotonic() - self.told > PROGRESS_SECONDS:
            self._tell()
        return execution

    def _tell(self) -> None:
        self.told = time.monotonic()
        if self.progress is not None:
            self.progress(self.done, self.planned)
        if self.so_far is not None and len(self.seen) > self.outcomes_told:
            self.outcomes_told = len(self.seen)
            self.so_far(self._report(None, [], -1))

    def _too_slow(self) -> bool:
        """Whether, going on, there would be no time left to confirm and trace what was found."""
        seconds = self.settings.seconds
        elapsed = time.monotonic() - self.started
        if seconds is not None and elapsed * (1 + AFTERWARDS / max(self.done, 1)) > 2 * seconds:
            self.out_of_time = True
            return True
        return False

    def _over(self, share: float) -> bool:
        """Whether this multiple of a cap is reached."""
        settings = self.settings
        wall, cpu = time.monotonic() - self.started, time.process_time() - self.started_cpu
        if (settings.seconds is not None and wall > share * settings.seconds) or (
            settings.cpu_seconds is not None and cpu > share * settings.cpu_seconds
        ):
            self.out_of_time = True
            return True
        return False

    def _problem(self, execution: Execution) -> str | None:
        if self.judge is None or execution.outcome.failed:
            return None
        # Once, and before the next one runs: the judge may look at what the execution has left, such as a server.
        if not execution.judged:
            execution.judged, execution.problem = True, self.judge(execution)
        return execution.problem

    # Judging

    def _failing(self) -> list[Seen]:
        """Outcomes that did not finish or that the judge refuses; without any, those unlike the plain one."""
        plain = next(iter(self.seen.values()), None)
        bad = [seen for seen in self.seen.values() if seen.outcome.failed or seen.problem is not None]
        if not bad and self.judge is None:
            bad = [seen for seen in self.seen.values() if plain is not None and seen.outcome != plain.outcome]
        return bad

    def _complete(self) -> int:
        bounded = self.strategy
        if isinstance(bounded, Portfolio):
            bounded = bounded.bounded
        if not isinstance(bounded, Bounded) or self.unfinished or self.diverged or self.program.sharing.grow():
            return -1
        return bounded.complete

    def _finding(self, exhausted: int) -> Finding | None:
        failing = self._failing()
        if not failing:
            return None
        best = min(failing, key=lambda seen: (seen.preemptions, len(seen.schedule.deviations), seen.found_at))
        first = min(seen.found_at for seen in failing)
        plain = next(iter(self.seen.values())).outcome

        def still(execution: Execution) -> bool:
            if execution.outcome.failed or best.outcome.failed:
                return _alike(execution.outcome, best.outcome)
            if self.judge is not None:
                return self._problem(execution) is not None
            return execution.outcome != plain

        self._use(best.schedule)
        execution = self.runner.run(Replay(best.schedule.deviations))
        if still(execution) and best.preemptions > max(exhausted, 0) + 1:
            execution = shrink(self.runner, execution, still, lambda: self._over(FINDING_SHARE), exhausted + 1)
        self._remember(execution)
        return self._confirm(execution, first, exhausted, still)

    def _remember(self, execution: Execution) -> None:
        """The outcome that was made small is shown by the schedule that was found for it."""
        seen = self.seen.get((execution.outcome, self._problem(execution)))
        if seen is not None and execution.preemptions <= seen.preemptions:
            seen.schedule, seen.preemptions = execution.schedule, execution.preemptions

    def _confirm(self, execution: Execution, first: int, exhausted: int, still: Callable[[Execution], bool]) -> Finding:
        confirmed = still(execution)
        for _ in range(1 if execution.outcome.kind == Kind.ENDLESS else 2):
            again = self._replay(execution.schedule)
            confirmed = confirmed and again.outcome == execution.outcome and again.switches == execution.switches
        if not confirmed:
            self.diverged = "the same schedule did not give the same result twice"
        tracer = Tracer(_victims(execution))
        if self._traces():
            traced = self._replay(execution.schedule, tracer)
            if traced.outcome != execution.outcome:
                self.diverged = "the same schedule did not give the same result when it was traced"
        return Finding(
            execution=execution,
            found_at=first,
            problem=self._problem(execution),
            confirmed=confirmed and self.diverged is None,
            fewest=execution.preemptions == 0 or exhausted >= execution.preemptions - 1,
            realism=self._realism(tracer.around),
            events=tracer.events,
            dropped=tracer.dropped,
        )

    def _traces(self) -> bool:
        return self.most_steps <= self.settings.most_traced

    def _use(self, schedule: Schedule) -> None:
        self.program.sharing.set_hot(schedule.hot)

    def _replay(self, schedule: Schedule, tracer: Tracer | None = None) -> Execution:
        self._use(schedule)
        plan = Replay(schedule.deviations)
        execution = self.runner.run(plan, tracer)
        plan.finish()
        return execution

    def _races(self) -> list[Race]:
        """Races of the plain schedule and of a few others."""
        chosen = list(self.seen.values())[: max(1, min(RACE_SAMPLES, RACE_STEPS // max(self.most_steps, 1)))]
        races: dict[tuple[Any, ...], Race] = {}
        for seen in chosen:
            if races and self._over(FINDING_SHARE):
                break
            tracer = Tracer()
            self._replay(seen.schedule, tracer)
            for race in tracer.races:
                key = tuple(sorted([(race.first.line, race.first.text), (race.second.line, race.second.text)]))
                races.setdefault(key, race)
        return list(races.values())

    def _realism(self, around: dict[int, tuple[int, int]]) -> str:
        """Whether the GIL allows every preemption, each between those two sites."""
        program = self.program
        for before, after in around.values():
            if before < 0 or after < 0:
                continue
            site = program.sites[after]
            code = program.plain_code(site.file)
            if realism.of_preemption(code, program.sites[before], site) == realism.LANGUAGE:
                return realism.LANGUAGE
        return realism.GIL


def _victims(execution: Execution) -> list[tuple[int, int]]:
    """Whom each deviation of an execution stopped, and at which step."""
    deviations = {step for step, _ in execution.schedule.deviations}
    victims, current = [], 0
    for step, tid in execution.switches:
        if step in deviations:
            victims.append((current, step))
        current = tid
    return victims


def _alike(one: Outcome, other: Outcome) -> bool:
    """The same kind of failure: a deadlock is a deadlock, an exception one of the same type."""
    if one.kind != other.kind:
        return False
    if one.kind in (Kind.EXCEPTION, Kind.LOST_EXCEPTION):
        return one.detail.partition(":")[0] == other.detail.partition(":")[0]
    return True


def replay(
    program: Program,
    text: str,
    entry: Entry | None = None,
    stdin: str = "",
) -> tuple[Execution, Tracer]:
    """Run one schedule again and trace it. Raises UsageError (not a schedule of this program) and DivergenceError."""
    schedule = schedules.parse(text, len(program.sites))
    program.sharing.set_hot(schedule.hot)
    tracer = Tracer()
    plan = Replay(schedule.deviations)
    with Runner(program, entry, stdin) as runner:
        execution = runner.run(plan, tracer)
        plan.finish()
    return execution, tracer
