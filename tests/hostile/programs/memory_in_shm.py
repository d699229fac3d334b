# expect: RUNTIME_ERROR MEMORY_LIMIT
number = 0
while True:
    with open(f"/dev/shm/{number}", "wb") as file:
        file.write(b"x" * 1_000_000)
    number += 1
