"""`efface policy`: prints or checks a policy."""

from __future__ import annotations

from argparse import Namespace

from efface.pipeline.shipped import shipped_text

from .errors import UsageError
from .exit_codes import ExitCode


def run(arguments: Namespace) -> int:
    """Print a shipped policy, or check one."""
    if arguments.policy_command == "check":
        from efface.pipeline.check_models import check_models
        from efface.pipeline.policy import PolicyError, load_policy

        try:
            policy = check_models(load_policy(arguments.policy))
        except PolicyError as error:
            raise UsageError(str(error)) from None
        print(f"valid: {policy.version}")
        if policy.phi.model and policy.phi.model.folder:
            print(f"files of text.model.folder: sha256: {policy.phi.model.sha256}")
    else:
        print(shipped_text(getattr(arguments, "policy", "basic")), end="")
    return ExitCode.OK
