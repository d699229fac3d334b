class Steps:
    def first(self, say):
        say()

    def second(self, say):
        say()

    def third(self, say):
        say()


if __name__ == "__main__":
    steps = Steps()
    steps.first(lambda: print("first"))
    steps.second(lambda: print("second"))
    steps.third(lambda: print("third"))
