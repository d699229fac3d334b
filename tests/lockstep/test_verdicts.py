"""Every verdict has its words."""

from lockstep.verdicts import State, Verdict


def test_every_verdict_has_a_label_and_an_explanation() -> None:
    assert len({verdict.label for verdict in Verdict}) == len(Verdict)
    for verdict in Verdict:
        assert verdict.label
        assert verdict.explanation.endswith("."), verdict


def test_a_verdict_is_no_state() -> None:
    assert not {state.value for state in State} & {verdict.value for verdict in Verdict}
