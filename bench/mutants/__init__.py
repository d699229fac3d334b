"""Right solutions with one thing taken out of them, as beginners leave it out: how many do the tests catch?"""
