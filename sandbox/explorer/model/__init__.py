"""What lies under the standard library, modelled on the scheduler: `_thread`, `_queue`, `time`, `signal`, `atexit`."""
