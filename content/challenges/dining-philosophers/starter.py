def dine(philosophers, rounds, eat):
    for _ in range(rounds):
        for i in range(philosophers):
            eat(i)


if __name__ == "__main__":
    dine(5, 1, lambda i: print(i, "eats"))
