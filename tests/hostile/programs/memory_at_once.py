# expect: MEMORY_LIMIT RUNTIME_ERROR
hoard = bytearray(b"x" * 4_000_000_000)
