"""Django settings. Everything that differs between installations comes from the environment: see README.md."""

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

# Lets generic classes of Django be written with their type, such as ModelAdmin[Lesson].
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)
PRODUCTION = env.production

# ------------------------------------------------------------------------------------------------ Lockstep's own

VAR = Path(env.text("LOCKSTEP_VAR", str(BASE_DIR / "var"))).resolve()
"""Where this installation keeps its data."""
CONTENT = BASE_DIR / "content"
SANDBOX = env.choice("SANDBOX", ("auto", "docker", "local"), "docker" if PRODUCTION else "auto")
if PRODUCTION and SANDBOX != "docker":
    raise ImproperlyConfigured(
        f"SANDBOX is {SANDBOX!r}: production runs learners' code in Docker only. Remove SANDBOX or set it to docker."
    )
SANDBOX_RUNTIME = env.choice("SANDBOX_RUNTIME", ("runc", "runsc"), "runc")
"""What Docker makes a container with; runsc is gVisor, a kernel of its own between a program and the host's."""
if SANDBOX_RUNTIME != "runc" and SANDBOX != "docker":
    raise ImproperlyConfigured(
        f"SANDBOX_RUNTIME is {SANDBOX_RUNTIME!r} and SANDBOX is {SANDBOX!r}, which may run programs without it: "
        "set SANDBOX=docker, or remove SANDBOX_RUNTIME."
    )
IN_FLIGHT_PER_LEARNER = env.number("IN_FLIGHT_PER_LEARNER", 3, 1, 100)
"""How many submissions of one learner may be queued or running at once."""

# ---------------------------------------------------------------------------------------------------- the basics

DEBUG = False
SECRET_KEY = env.secret(VAR / "secret-key")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    None if PRODUCTION else "localhost,127.0.0.1,[::1],testserver",
    remedy="Set it to the host names that people use, separated by commas, such as lockstep.example.org.",
)
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is '*', which lets anybody forge links: name the hosts that people use.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "playground",
    "grader",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "playground.context.learner",
            ],
        },
    }
]

# ------------------------------------------------------------------------------------------------------ database

DATABASE_URL = env.url(
    "DATABASE_URL",
    ("postgres", "postgresql", "sqlite"),
    None if PRODUCTION else f"sqlite:///{VAR / 'lockstep.sqlite3'}",
    remedy="Set it, such as postgres://lockstep:password@db:5432/lockstep.",
)
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction begins: two that read and then write wait for each other
    # instead of failing. WAL lets pages read while the worker writes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file, because the tests of what happens at once need several connections.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    VAR.mkdir(parents=True, exist_ok=True)
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------------------------------------ broker and worker

REDIS_URL = env.url(
    "REDIS_URL",
    ("redis", "rediss", "unix"),
    None if PRODUCTION else f"unix://{VAR / 'valkey.sock'}",
    remedy="Set it, such as redis://valkey:6379/0.",
)
# kombu spells a socket in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
# The database decides who works on a submission: a message that comes twice does no harm, and one that is lost is
# published again by the sweeper. So the broker need not keep account of what was delivered, which is where workers
# trip over a connection that breaks: messages are acknowledged at once and never restored (see config/celery.py).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "ack_emulation": False,
    "global_keyprefix": "lockstep:",
    # In the order of --queues: what learners wait for comes before what is graded again, and that before validations.
    "queue_order_strategy": "priority",
    # Who submits while the broker is away is told so soon; the sweeper publishes it later. Workers wait for it longer.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "socket_timeout": 4,
    "socket_connect_timeout": 3,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_CONCURRENCY = env.number("WORKER_CONCURRENCY", 2 * (os.cpu_count() or 1), 1, 256)
MOST_SANDBOXES = env.number("MOST_SANDBOXES", CELERY_WORKER_CONCURRENCY, 1, 256)
WARM_SANDBOXES = env.number("WARM_SANDBOXES", 1, 1, MOST_SANDBOXES)
"""Containers that a worker keeps ready at least; under load it keeps up to one for each thing it does at once."""

VALIDATION_SEEDS = env.number("VALIDATION_SEEDS", 50, 1, 1000)
"""With how many seeds each solution of a revision is graded before it may be published in the admin."""

# ------------------------------------------------------------------------------------------------------ accounts

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
GUESTS_PER_MINUTE = env.number("GUESTS_PER_MINUTE", 60, 1, 100_000)
"""How many visitors of one address may become guests in a minute; in a day twenty times as many."""
ACCOUNT_RATE_LIMITS = {
    # Ten wrong passwords a quarter of an hour for one account, wherever they come from. A class behind one address may
    # mistype more often than that together.
    "login_failed": "30/m/ip,10/15m/key",
    "login": "60/m/ip",
    "signup": "60/m/ip",
    # Ours, see playground/learners.py.
    "new_guest": f"{GUESTS_PER_MINUTE}/m/ip,{20 * GUESTS_PER_MINUTE}/d/ip",
}
# Where those are counted: the one web process, with room for as many names as somebody may try.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
globals().update(env.mail("EMAIL_URL", "EMAIL_FROM"))
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Lockstep: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
PROGRAMS_PER_MINUTE = env.number("PROGRAMS_PER_MINUTE", 60, 1, 100_000)
"""How many programs one learner may send in a minute."""
MOVES_PER_MINUTE = env.number("MOVES_PER_MINUTE", 240, 1, 100_000)
"""Of a learner who is the scheduler."""
GUEST_PROGRAMS = env.number("GUEST_PROGRAMS", 300, 1, 1_000_000)
"""How many programs one guest may have in the database."""
GUESTS = env.number("GUESTS", 5000, 1, 1_000_000)
"""How many guests are kept: beyond that, those who were here longest ago go first."""
GUEST_DAYS = env.number("GUEST_DAYS", 30, 1, 90)
"""After so many days without a program a guest's work is removed."""

# ------------------------------------------------------------------------------------------------- static and words

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    # Static files are found where they are; whitenoise warns all the same where this folder is missing.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# ------------------------------------------------------------------------------------------------------- security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # CodeMirror puts its rules into the page: with the nonce of the page it may.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # A class behind plain HTTP in its own network is a choice that has to be written down.
    HTTPS = env.choice("HTTPS", ("on", "off"), "on") == "on"
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if HTTPS else 0
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Whoever guesses passwords is known by address: the one that the outermost of one's own proxies saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PROXIES", 1 if PRODUCTION and HTTPS else 0, 0, 9)

# -------------------------------------------------------------------------------------------------------- logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "docker": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        # Two lines for each task that say less than the row does.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
