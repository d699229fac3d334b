from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox.docker import DockerSandbox
from sandbox.doctor import examine


class Command(BaseCommand):
    help = (
        "doctor: tries what a container promises (limits, users, network, system calls, clock) on this engine, and says"
        " what is wrong and how to mend it. Exit code 0: all is well; 1: something is wrong; 2: a wrong call."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("doctor",))
        parser.add_argument("--runtime", choices=("runc", "runsc"), default=settings.SANDBOX_RUNTIME)

    def handle(self, *args: Any, runtime: str, **options: Any) -> None:
        sandbox = DockerSandbox(installation="lockstep-doctor", runtime=runtime)
        wrong = 0
        try:
            for found in examine(sandbox):
                wrong += bool(found.problem)
                mark = "WRONG" if found.problem else "ok"
                self.stdout.write(f"{mark:5} {found.name}: {found.problem or found.told}")
                if found.problem:
                    self.stdout.write(f"      {found.told}")
        finally:
            sandbox.close()
        if wrong:
            raise CommandError(f"{wrong} of the checks failed: see above.", returncode=1)
