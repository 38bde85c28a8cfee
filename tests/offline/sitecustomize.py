"""On PYTHONPATH, python imports this at its start: subprocesses of the tests are offline too."""

import offline_guard

offline_guard.install()
