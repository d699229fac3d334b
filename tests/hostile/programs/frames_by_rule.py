# expect: FORBIDDEN
# Looks for the checks in the frames of whoever calls it; the name is made up so that no reading of it tells.
import sys

frame = getattr(sys, "_get" + "frame")()
while frame:
    print(frame.f_locals)
    frame = frame.f_back
