# expect: RUNTIME_ERROR
import os

os._exit(0)
