"""Strict reading of YAML configuration into pydantic models."""

from importlib import resources
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pulsecity_pipeline.config.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A configuration entry: unknown fields are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def packaged(name: str) -> Path:
    """Path of a configuration file that ships with the package."""
    return Path(str(resources.files("pulsecity_pipeline.config") / name))


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into `model`. Raises ConfigurationError naming file, field and expectation."""
    try:
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "(root)"
        raise ConfigurationError(f"{path}: field {field}: {first['msg']}") from error
