import threading


def main():
    # Start two threads that each print 1 to 5, and wait for both.
    ...


if __name__ == "__main__":
    main()
