"""What a validation found: a report that people, programs and other people's CI read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from lprcorpus.problems import Problem

LayerName = Literal["files", "schema", "values", "keys", "invariants", "rebuild", "metadata"]
Status = Literal["passed", "failed", "skipped"]
# The layers of a validation, in the order in which they are reported, with what each finds to be
# true.
LAYERS: dict[LayerName, str] = {
    "files": "The files are those that `datapackage.json` lists, with the same content.",
    "schema": "The files have the columns of their tables.",
    "values": "Each value keeps the constraints of its column.",
    "keys": "Rows are in order, have keys of their own, and refer to rows that there are.",
    "invariants": "The rows follow from the raw texts: nothing lost, nothing invented.",
    "rebuild": "The rows are those that a build makes of the raw texts and the manifests.",
    "metadata": "The files beside the tables, and beside the raw texts, say what the tables say.",
}


class Layer(BaseModel):
    """One layer of the validation: what it went through, and how it ended."""

    model_config = ConfigDict(frozen=True)

    name: LayerName = Field(description="The layer.")
    status: Status = Field(description="Skipped: not, or not wholly, checked; `checked` says why.")
    problems: int = Field(ge=0, description="How many problems it found.")
    checked: str = Field(description="What it went through, for people.")


class Report(BaseModel):
    """What a validation went through, and every problem it found."""

    model_config = ConfigDict(frozen=True)

    folder: str = Field(description="The folder that was validated.")
    version: str | None = Field(
        description="The version of the data, as `datapackage.json` gives it."
    )
    rows: dict[str, int] = Field(description="How many rows were read of each table.")
    characters: int = Field(
        ge=0, description="How many characters of raw text the rows were proved from."
    )
    layers: tuple[Layer, ...] = Field(description="The layers, in order.")
    problems: tuple[Problem, ...] = Field(
        description="The problems, by layer and in the order of the data."
    )
    omitted: int = Field(0, ge=0, description="How many more problems were found than are listed.")

    @computed_field(description="Whether no problem was found.")  # type: ignore[prop-decorator]
    @property
    def valid(self) -> bool:
        """Whether no problem was found."""
        return not self.problems


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what ``lprcorpus validate --json`` prints."""
    schema = Report.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
