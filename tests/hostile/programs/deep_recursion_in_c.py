# expect: RUNTIME_ERROR
# allow: ctypes
import ctypes

ctypes.string_at(1)
