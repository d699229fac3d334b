# expect: OUTPUT_LIMIT
while True:
    print("flood" * 100)
