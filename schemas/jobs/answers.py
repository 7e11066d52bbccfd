"""The marshmallow schemas of what the API answers about a job."""

from __future__ import annotations

from typing import Final

from schemas.jobs.job import Job, Problem
from schemas.typed_schemas import schema_of

JobSchema: Final = schema_of(Job)
ProblemSchema: Final = schema_of(Problem)
