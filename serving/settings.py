"""Settings, from environment variables with the prefix `ISNAD_`."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MODEL_DIR: Final = Path(__file__).resolve().parent.parent / "models" / "isnad-ar"


class Settings(BaseSettings):
    """All settings of the batch runner and the service; `docs/operations.md` says what each is. Raises
    `pydantic.ValidationError` naming what is at fault."""

    model_config = SettingsConfigDict(
        env_prefix="ISNAD_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    model_dir: Path = MODEL_DIR
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    max_body_bytes: int = Field(default=4 * 2**20, ge=1)
    max_chars: int = Field(default=200_000, ge=1)
    max_documents: int = Field(default=64, ge=1)
    max_held_bytes: int = Field(default=64 * 2**20, ge=1)
    queue_limit: int = Field(default=32, ge=1)
    connection_limit: int = Field(default=512, ge=1)
    workers: int = Field(default=1, ge=1)
    parallel: int = Field(default=2, ge=1)
    threads: int | None = Field(default=None, ge=1)
    body_seconds: float = Field(default=30.0, gt=0)
    deadline_seconds: float = Field(default=120.0, gt=0)
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(key for part in value.split(",") if (key := part.strip()))
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _several_workers(self) -> Self:
        # A pool of threads does not outlive the fork that the workers come from.
        if self.workers > 1 and self.threads not in {None, 1}:
            fault = "Several workers analyse with one thread each: leave ISNAD_THREADS unset"
            raise PydanticCustomError("workers", fault)
        if self.workers > 1 and not hasattr(os, "fork"):
            raise PydanticCustomError("workers", "Several workers need an operating system that can fork")
        return self

    @property
    def exposed(self) -> bool:
        """Whether the service would answer other machines without asking for a key."""
        return not self.api_keys and not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`, an address or "localhost"; other names are taken for reachable."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
