"""`@step(image=…, resources=…)`: what a step needs of the place where it runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from flowyml.diagnostics import near

_KEYS = ("cpu", "memory", "gpu", "accelerator")
_QUANTITY = re.compile(r"([0-9]{1,19}(?:\.[0-9]{1,18})?)([A-Za-z]*)")
_MEMORY = {
    "": 1,
    **{letter: 1000**n for n, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": 1024**n for n, letter in enumerate("KMGTPE", 1)},
}
_CPU = {"": 1000, "m": 1}
_ACCELERATOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._/-]{0,250}[A-Za-z0-9])?")
_IMAGE = re.compile(
    r"(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?/)?"  # a registry
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
"""As the distribution specification has it: registry, path, tag and digest."""


class Needs(NamedTuple):
    """What a step needs: `cpu` in thousandths of a core, `memory` in bytes; None is no matter."""

    cpu: int | None = None
    memory: int | None = None
    gpu: int = 0
    accelerator: str = "nvidia.com/gpu"


def checked_image(what: str, image: str | None) -> str | None:
    """Check the name of a container image, such as `registry.example/team/train:3`.

    Args:
        what: how the setting is called in messages.
        image: the name; None leaves it to the stack.

    Raises:
        TypeError: no text.
        ValueError: no image can be called so.
    """
    if image is None:
        return None
    if not isinstance(image, str):
        raise TypeError(f"{what} takes the name of an image, not {type(image).__name__}")
    if not _IMAGE.fullmatch(image):
        raise ValueError(
            f"{what} takes the name of an image, such as 'registry.example/team/train:3' or "
            f"'name@sha256:…', and {image!r} is none".lstrip()
        )
    return image


def checked_resources(resources: Mapping[str, Any] | None) -> Needs | None:
    """Read what a step needs.

    Args:
        resources: `cpu`, in cores: `2`, `0.5`, `"500m"`; `memory`, in bytes or with a suffix:
            `"4Gi"` (2**30) or `"4G"` (10**9); `gpu`, a number; `accelerator`, how clusters call
            the kind of these, `nvidia.com/gpu` if left out. (Kubernetes: quantities.)

    Raises:
        TypeError: no mapping, a value of the wrong type, or an unknown key, with the nearest one.
        ValueError: a quantity that is none.
    """
    if resources is None:
        return None
    if not isinstance(resources, Mapping):
        raise TypeError(
            f"resources= takes a dict such as {{'cpu': 2, 'memory': '4Gi'}}, not {resources!r}"
        )
    for key in resources:
        if key not in _KEYS:
            raise TypeError(f"resources= has no key '{key}'; {near(str(key), _KEYS)}")
    gpu = _gpu(resources.get("gpu", 0))
    found: dict[str, Any] = {"gpu": gpu}
    if "cpu" in resources:
        found["cpu"] = _quantity("cpu", resources["cpu"], _CPU, "2, 0.5 or '500m'")
    if "memory" in resources:
        found["memory"] = _quantity("memory", resources["memory"], _MEMORY, "'512Mi' or '4Gi'")
    if "accelerator" in resources:
        found["accelerator"] = _accelerator(resources["accelerator"], gpu)
    needs = Needs(**found)
    return None if needs == Needs() else needs


def _quantity(key: str, value: Any, factors: Mapping[str, int], such_as: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"resources= takes {key} as {such_as}, not {value!r}")
    parts = _QUANTITY.fullmatch(str(value))
    if parts is None or parts[2] not in factors:
        raise ValueError(f"resources= takes {key} as {such_as}, not {value!r}{_hint(key, parts)}")
    amount = Fraction(parts[1]) * factors[parts[2]]
    if amount != int(amount) or amount <= 0:
        finest = "a thousandth of a core" if key == "cpu" else "a byte"
        raise ValueError(f"resources= takes {key} in whole numbers of {finest}, not {value!r}")
    return int(amount)


def _hint(key: str, parts: re.Match[str] | None) -> str:
    """Mend the suffix that people most often write for memory: `4GB`, `4g`, `400m`."""
    letter = parts[2][:1].upper() if parts else ""
    if parts is None or key != "memory" or f"{letter}i" not in _MEMORY:
        return ""
    return f"; did you mean '{parts[1]}{letter}i'?"


def _gpu(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"resources= takes gpu as a whole number, not {value!r}")
    if value < 0:
        raise ValueError(f"resources= takes gpu as a number that is not negative, not {value}")
    return value


def _accelerator(value: Any, gpu: int) -> str:
    if not isinstance(value, str):
        raise TypeError(f"resources= takes accelerator as text, not {value!r}")
    if not _ACCELERATOR.fullmatch(value):
        raise ValueError(
            f"resources= takes accelerator as clusters call it, such as 'nvidia.com/gpu', not "
            f"{value!r}"
        )
    if not gpu:
        raise ValueError("resources= names an accelerator and asks for none: give gpu= as well")
    return value
