import time


def table(solution, case):
    """Meals take a second of virtual time. Tells how many there were, and which pairs ate at the same time."""
    meals = [0] * case["philosophers"]
    eating = set()
    pairs = set()

    def eat(i):
        pairs.update((min(i, other), max(i, other)) for other in eating)
        eating.add(i)
        meals[i] += 1
        time.sleep(1)
        eating.discard(i)

    returned = solution.dine(case["philosophers"], case["rounds"], eat)
    return {"meals": meals, "pairs": sorted(pairs), "returned": returned, "eating": sorted(eating)}


def wait_for_another(solution, case):
    """Each of one pair stays at the meal until the other one eats as well, but not for more than some seconds."""
    pair = case["pair"]
    eating = set()
    met = False

    def eat(i):
        nonlocal met
        eating.add(i)
        for _ in range(8 if i in pair else 1):
            met = met or eating.issuperset(pair)
            if not met:
                time.sleep(1)
        eating.discard(i)

    solution.dine(case["philosophers"], 1, eat)
    return met
