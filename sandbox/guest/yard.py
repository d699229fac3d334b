"""What all learner's processes of a sandbox share."""

import time
from dataclasses import dataclass, replace

from sandbox.guest.loop import Loop, Reaper
from sandbox.guest.meter import Meter, meter
from sandbox.guest.users import Users
from sandbox.guest.zygote import Zygote


@dataclass(frozen=True, slots=True)
class Yard:
    """One for each lease of a supervisor."""

    loop: Loop
    reaper: Reaper
    zygote: Zygote
    users: Users | None
    meter: Meter
    cgroup: bool
    """Whether this sandbox has a cgroup to itself."""

    def under(self, accounts: Users) -> "Yard":
        """The same for processes of other users, who have used nothing yet."""
        self.reaper.ended.clear()
        self.zygote.users = accounts
        return replace(self, users=accounts, meter=meter(self.cgroup, accounts.learner, self.meter.ours))

    def wait_for(self, pid: int, seconds: float) -> bool:
        """Waits that long at most for the end of a child; False: it has not come."""
        deadline = time.monotonic() + seconds
        while pid not in self.reaper.ended:
            if time.monotonic() > deadline:
                return False
            self.loop.poll(0.05)
        return True
