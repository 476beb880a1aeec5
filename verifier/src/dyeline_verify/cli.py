"""``dyeline-verify BUNDLE``: numbered steps, printed as they are taken; exit status 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dyeline_verify import __version__
from dyeline_verify.bag import read_files
from dyeline_verify.refusal import NotABundle, Refused
from dyeline_verify.steps import STEPS, Bundle, Step, doubts

CONFIRMED, REFUSED, NOT_CHECKED = 0, 1, 2
SPEAKS_OF = "This speaks of copies, not of persons."
NAMES_NOBODY = "No finding in this bundle names or narrows down to any copy."

_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError)
"""What a value of another kind than it should be ends in, where no step has looked at it before."""

_EPILOG = """exit status: 0 everything holds and was recomputed; 1 the bundle is refused; 2 it could not be checked, or
what it shows does not suffice to confirm the finding.
Example: dyeline-verify bundle/ --key 'dyeline/log+1a2b3c4d+AQ…'"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a bundle, print what was found, and return the exit status."""
    options = _options().parse_args(arguments)
    bundle_path = Path(options.bundle)
    if not bundle_path.exists():
        return _ended(options.json, [], NOT_CHECKED, f"there is no file or folder {options.bundle}")
    try:
        files = read_files(bundle_path)
    except OSError as fault:
        return _ended(options.json, [], NOT_CHECKED, f"cannot read the bundle: {fault.strerror}")
    except NotABundle as nothing:
        return _ended(options.json, [], NOT_CHECKED, nothing.reason)
    except Refused as refusal:
        return _ended(options.json, [], REFUSED, refusal.reason)
    if all(name.endswith("/") for name in files):
        return _ended(options.json, [], NOT_CHECKED, "this is not a bundle: it holds no file")
    return check(files, options.key, options.witness_key, as_json=options.json)


def check(
    files: dict[str, bytes],
    key: str | None = None,
    witness_keys: Sequence[str] = (),
    *,
    as_json: bool = False,
) -> int:
    """Check the files of a bundle, print what was found, and return the exit status."""
    bundle = Bundle(files, key, tuple(witness_keys))
    taken: list[Step] = []
    for number, step in enumerate(STEPS, start=1):
        try:
            found = step(bundle)
        except Refused as refusal:
            return _ended(as_json, taken, REFUSED, f"step {number}: {refusal.reason}")
        except _MALFORMED as fault:
            return _ended(
                as_json, taken, REFUSED, f"step {number}: something is not formed as it has to be ({fault!r})"
            )
        taken.append(found)
        if not as_json:
            _print(number, found)
    if reasons := doubts(bundle):
        return _ended(as_json, taken, NOT_CHECKED, "; ".join(reasons))
    reserved = "" if bundle.log.whole is not None else "as far as it is enclosed: the whole log is not"
    named = bool(bundle.opened)
    return _ended(as_json, taken, CONFIRMED, reserved, SPEAKS_OF if named else NAMES_NOBODY)


def _print(number: int, step: Step) -> None:
    print(f"{number:2}. {step.title}: {'; '.join(step.facts[:1]) or 'nothing to check'}")
    for fact in step.facts[1:]:
        print(f"    {fact}")
    for limit in step.limits:
        print(f"    not shown: {limit}")


def _ended(as_json: bool, taken: Sequence[Step], status: int, reason: str, about: str = "") -> int:
    word = {CONFIRMED: "confirmed", REFUSED: "refused", NOT_CHECKED: "not confirmed"}[status]
    if as_json:
        result: dict[str, Any] = {
            "result": word,
            "reason": reason,
            "about": about,
            "steps": [
                {"title": one.title, "facts": list(one.facts), "not_shown": list(one.limits)} for one in taken
            ],
        }
        print(json.dumps(result))
    elif status == CONFIRMED:
        print(f"Confirmed{f', {reason}' if reason else ''}. {about}")
    else:
        print(f"{word.capitalize()}: {reason}.", file=sys.stderr)
    return status


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dyeline-verify",
        description="Check an evidence bundle of Dyeline, offline, without Dyeline.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", metavar="BUNDLE", help="folder or zip file")
    parser.add_argument("--key", metavar="KEY", help="the log's key as you got it from elsewhere")
    parser.add_argument(
        "--witness-key",
        metavar="KEY",
        action="append",
        default=[],
        help="a witness's key, likewise; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--version", action="version", version=f"dyeline-verify {__version__}")
    return parser


def run() -> None:
    """Run as a program. Whoever reads its output may stop reading: it is not checked to the end then."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # nor a complaint when Python closes it
        status = NOT_CHECKED
    sys.exit(status)
