from kit import together


def one_by_one(solution, case):
    accounts = [solution.Account(balance) for balance in case["balances"]]
    out = []
    for source, target, amount in case["transfers"]:
        done = solution.transfer(accounts[source], accounts[target], amount)
        out.append([done, *[account.balance for account in accounts]])
    return out


def at_once(solution, case):
    """Each list of transfers in a thread of its own; with "watch", one more thread reads all balances."""
    accounts = [solution.Account(balance) for balance in case["balances"]]
    seen = []

    def caller(transfers):
        return lambda: [
            solution.transfer(accounts[source], accounts[target], amount) for source, target, amount in transfers
        ]

    def watch():
        seen.extend(account.balance for account in accounts)

    threads = [caller(transfers) for transfers in case["threads"]]
    done = together(*threads, *([watch] if case.get("watch") else []))
    return {
        "done": done[: len(threads)],
        "balances": [account.balance for account in accounts],
        "seen": seen,
    }
