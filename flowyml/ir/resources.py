"""What a step needs of the machine that it runs on, in one spelling for each meaning."""

from __future__ import annotations

from flowyml.ir.node import Node

_SUFFIXES = tuple(
    (base**power, suffix)
    for power, letters in ((6, "E"), (5, "P"), (4, "T"), (3, "G"), (2, "M"), (1, "K"))
    for base, suffix in ((1024, f"{letters}i"), (1000, letters.replace("K", "k")))
)
"""The factors of Kubernetes' quantities, large ones first."""


class Resources(Node):
    """What a step needs: so much is asked for, and no more is given.

    `cpu` is in thousandths of a core, `memory` in bytes; None leaves it to where the step runs.
    `gpu` accelerators of the kind `accelerator` are asked for, which is called as clusters call it.
    """

    cpu: int | None = None
    memory: int | None = None
    gpu: int = 0
    accelerator: str = "nvidia.com/gpu"

    @property
    def cpu_quantity(self) -> str | None:
        """The cores as Kubernetes writes them.

        Example:
            >>> Resources(cpu=1500).cpu_quantity, Resources(cpu=2000).cpu_quantity
            ('1500m', '2')
        """
        if self.cpu is None:
            return None
        return f"{self.cpu}m" if self.cpu % 1000 else str(self.cpu // 1000)

    @property
    def memory_quantity(self) -> str | None:
        """The memory as Kubernetes writes it, in the shortest way.

        Example:
            >>> Resources(memory=4 * 2**30).memory_quantity
            '4Gi'
        """
        if self.memory is None:
            return None
        written = (
            f"{self.memory // factor}{suffix}"
            for factor, suffix in (*_SUFFIXES, (1, ""))
            if self.memory % factor == 0
        )
        return min(written, key=len)
