import sys


def call_main(solution, case):
    # The interpreter changes threads as often as it can, so that an unprotected addition has its chance to fail.
    sys.setswitchinterval(1e-6)
    results = [solution.main(threads, times) for threads, times in case["calls"]]
    return {"results": results, "kinds": [type(result).__name__ for result in results]}


def call_main_plainly(solution, case):
    result = solution.main()
    return {"results": [result], "kinds": [type(result).__name__]}
