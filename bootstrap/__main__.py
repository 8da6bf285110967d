"""What `./run` does. Only the standard library here: nothing is installed yet."""

import sys

import environment
import suites
from progress import StepFailed

_VERBS = {
    "test": suites.test,
    "faults": suites.faults,
    "check": suites.check,
    "fix": suites.fix,
    "fuzz": suites.fuzz,
    "bench": suites.bench,
    "screenshots": suites.screenshots,
    "pin": suites.pin,
}


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] in _VERBS:
        return _VERBS[arguments[0]](arguments[1:])
    environment.ensure()
    return environment.become(environment.SCRIPTS / "goldensix", *(arguments or ["serve", "--demo"]))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except StepFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next ./run continues from here.")
