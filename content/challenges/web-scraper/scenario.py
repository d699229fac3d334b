def scrape(solution, case, server):
    home = server.url
    found = solution.scrape(home + "/", *case["max_workers"])
    return {url.removeprefix(home): title for url, title in found.items()}
