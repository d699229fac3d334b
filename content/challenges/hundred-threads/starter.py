import threading

total = 0


def main(threads=100, times=1000):
    # Start the threads, let each add 1 to total the given number of times, and wait for all of them.
    return total


if __name__ == "__main__":
    print(main())
