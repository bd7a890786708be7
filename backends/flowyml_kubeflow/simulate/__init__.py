"""Execute a compiled specification on this machine, as the open-source backend would.

It knows nothing of flowyml's IR: it runs specifications, whoever made them. Each container's
command becomes a process, or runs in its image through Docker; the driver's and the launcher's
rules are those of the backend's source, version 2.5. What it cannot do as the backend does, it
refuses and never leaves out.
"""

from flowyml_kubeflow.simulate.document import SpecError
from flowyml_kubeflow.simulate.model import SpecRun, TaskRun
from flowyml_kubeflow.simulate.run import run_spec
from flowyml_kubeflow.simulate.starting import NoDockerError

__all__ = ["NoDockerError", "SpecError", "SpecRun", "TaskRun", "run_spec"]
