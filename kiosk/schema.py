"""The JSON Schema of `script.yaml`, by which an editor completes and checks a script.

It is made from the classes of `procedure.py`, their docstrings being the descriptions;
`procedures/procedure.schema.json` is its published form.
"""

import ast
import inspect
import json
from typing import Any

from pydantic import TypeAdapter

from kiosk import procedure
from kiosk.procedure import Procedure

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def script_schema() -> dict[str, Any]:
    """The schema, with a description for each key that has a docstring."""
    schema = TypeAdapter(Procedure).json_schema()
    parts = {Procedure.__name__: schema, **schema["$defs"]}
    for name, part in parts.items():
        described = _field_docstrings(getattr(procedure, name))
        for key, value in part.get("properties", {}).items():
            if key in described:
                value["description"] = described[key]
            if "patternProperties" in value:
                value["additionalProperties"] = False  # pydantic leaves a misspelt key to itself
    return {"$schema": DIALECT, **schema}


def schema_text() -> str:
    """The schema as the published file has it."""
    return json.dumps(script_schema(), ensure_ascii=False, indent=2) + "\n"


def _field_docstrings(kind: type) -> dict[str, str]:
    """Field -> the docstring under it, those of the base classes included."""
    described: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one.__module__ == procedure.__name__:
            described |= _docstrings_in(inspect.getsource(one))
    return described


def _docstrings_in(source: str) -> dict[str, str]:
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
