"""Grades mutants of every right solution of the course; prints what share of each kind is caught, and who survives.

    .venv/bin/python -m bench.mutants [SLUG...]      or: make mutants

A survivor is either equivalent (its mistake makes no difference that the statement rules out), or a test is missing.
"""

import argparse
import os
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from bench.mutants.mutate import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from grader.validation.parallel import Progress, validate
    from lockstep.pack import read_packs
    from lockstep.verdicts import Verdict
    from sandbox.pool import provider

    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__.split("\n", 1)[0])
    parser.add_argument("slugs", metavar="SLUG", nargs="*", help="challenges (default: all)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seeds", type=int, default=1, help="a mutant is caught when every seed catches it")
    parser.add_argument("--sandbox", choices=("auto", "docker", "local"), default="auto")
    given = parser.parse_args()
    packs = [
        pack for pack in read_packs(ROOT / "content" / "challenges") if pack.slug in given.slugs or not given.slugs
    ]
    made: dict[tuple[str, str], tuple[str, Mutant]] = {}
    changed = []
    for pack in packs:
        solutions = {}
        for name in sorted(pack.solutions):
            if pack.expected(name) != {Verdict.ACCEPTED}:
                continue
            for number, mutant in enumerate(mutants(pack.solutions[name])):
                file = f"{name.removesuffix('.py')}_{number}.py"
                made[pack.slug, file] = name, mutant
                solutions[file] = f"# verdict: WRONG_ANSWER\n{mutant.source}"
        changed.append(replace(pack, solutions=solutions))

    def tell(progress: Progress) -> None:
        if sys.stderr.isatty():
            left = round(progress.seconds_left)
            sys.stderr.write(f"\r\x1b[K{progress.done} of {progress.total}, about {left // 60}:{left % 60:02d} left")

    reports = validate(changed, given.seeds, given.jobs, provider(given.sandbox), tell)
    total, caught = Counter[str](), Counter[str]()
    by_pack: dict[str, list[bool]] = defaultdict(list)
    survivors = []
    for report in reports:
        if report.fault:
            raise SystemExit(f"{report.slug}: its tests failed to run: {report.fault}")
        for file, graded in report.files.items():
            if (report.slug, file) not in made:
                continue
            name, mutant = made[report.slug, file]
            lives = graded.verdicts.get(Verdict.ACCEPTED, 0)
            total[mutant.kind] += 1
            caught[mutant.kind] += not lives
            by_pack[report.slug].append(not lives)
            if lives:
                survivors.append((report.slug, name, mutant, lives, graded.gradings))
    for kind, count in sorted(total.items()):
        print(f"{kind:<26} {caught[kind]:>4} of {count:>4} caught")
    print()
    for slug, each in by_pack.items():
        print(f"{slug:<26} {sum(each):>4} of {len(each):>4} caught")
    share = caught.total() / max(1, total.total())
    print(f"\n{caught.total()} of {total.total()} mutants are caught ({share:.1%}); survivors:")
    for slug, name, mutant, lives, gradings in survivors:
        often = "" if lives == gradings else f" (with {lives} of {gradings} seeds)"
        print(f"  {slug}/{name} line {mutant.line}: {mutant.kind}{often}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
