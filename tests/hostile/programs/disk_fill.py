# expect: RUNTIME_ERROR MEMORY_LIMIT
with open("big", "wb", buffering=0) as file:
    while True:
        if not file.write(b"x" * 2**20):
            break
