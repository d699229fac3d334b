"""Whether a solution prints what the statement's samples say, asked in a sandbox like any test."""

from dataclasses import replace

from lockstep.pack import Pack
from lockstep.samples import Sample, samples

_SCENARIO = """\
def sample(solution, case):
    exec(compile(case["code"], "sample", "exec"), vars(solution))
"""
_CHECKS = "from kit import Test, real, virtual_time\n"
_CHECK = '''

class Sample{number}(Test):
    """The sample in line {sample.line} of the statement."""

    scenario = "sample"
    mode = {mode}()
    visible = True

    def cases(self, rng):
        yield {{"code": {sample.code!r}}}

    def check(self, case, result):
        got, want = result.stdout.split("\\n"), {sample.output!r}.split("\\n")
        if {sample.unordered!r}:
            got, want = sorted(got), sorted(want)
        self.equal("\\n".join(got).strip("\\n"), "\\n".join(want).strip("\\n"), "The output is not the sample's.")
'''


def samples_as_tests(pack: Pack) -> Pack | None:
    """A challenge whose tests are the samples of that one's statement; None where it has none."""
    found = samples(pack.statement)
    if not found:
        return None
    checks = _CHECKS + "".join(_test(number, sample) for number, sample in enumerate(found, 1))
    return replace(pack, scenario=_SCENARIO, checks=checks, stop_at_first_failure=False)


def _test(number: int, sample: Sample) -> str:
    return _CHECK.format(number=number, sample=sample, mode="real" if sample.real else "virtual_time")
