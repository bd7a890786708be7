"""Hand compiled pipelines to a Kubeflow, and run them there."""

from flowyml_kubeflow.submit.deploying import attach, deploy, start

__all__ = ["attach", "deploy", "start"]
