# expect: PROCESS_LIMIT TIME_LIMIT RUNTIME_ERROR MEMORY_LIMIT
import subprocess
import sys

BOMB = "import subprocess, sys\nwhile True: subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[1]])"
subprocess.run([sys.executable, "-c", BOMB, BOMB])
