# expect: MEMORY_LIMIT
text = "x"
while True:
    text += text
