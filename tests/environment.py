"""Loaded before the settings are (pytest's option -p): the tests have a data folder and a broker of their own."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="lockstep-tests-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)

for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "LOCKSTEP_ENV", "STATIC_ROOT"):
    os.environ.pop(name, None)
# SQLite, unless somebody names another: tests/ops/test_postgres.py does.
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ["LOCKSTEP_VAR"] = _var
# pytest's own tidying of a folder that sessions share warns when two of them meet there, and warnings are errors.
os.environ["PYTEST_DEBUG_TEMPROOT"] = _var
