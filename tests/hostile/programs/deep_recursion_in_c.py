# expect: RUNTIME_ERROR
import ctypes

ctypes.string_at(1)
