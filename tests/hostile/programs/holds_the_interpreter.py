# expect: TIME_LIMIT
import re

re.match("(a*)*(a*)*(a*)*b", "a" * 60)
