# expect: WRONG_ANSWER
import sys

sys.stdout.buffer.write(b"\xff\xfe\x80\x00\xc3\x28")
print("\x1b]0;title\x07\x1b[2J\x1b[31m\u202e\ufeff</script>\udcff".encode("utf-8", "surrogatepass"))


class Counter:
    value = "\ud800\x1b[2J\x00"

    def increment(self):
        pass
