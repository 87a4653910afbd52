"""The workbench of the forward deployed AI engineer.

Everything here is loaded when it is first used, so that importing `alongside` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alongside.core.chat import Message, Tool
    from alongside.core.document import Document
    from alongside.core.file import File
    from alongside.core.value import Value
    from alongside.engine.builtin import chat, learned, parse, prompted
    from alongside.engine.gather import gather
    from alongside.engine.prompt import param, prompt
    from alongside.engine.step import step, workflow
    from alongside.workbench import open_engagement

__all__ = [
    "Document",
    "File",
    "Message",
    "Tool",
    "Value",
    "chat",
    "gather",
    "learned",
    "open_engagement",
    "param",
    "parse",
    "prompt",
    "prompted",
    "step",
    "workflow",
]

_HOME = {
    "Document": "core.document",
    "File": "core.file",
    "Message": "core.chat",
    "Tool": "core.chat",
    "Value": "core.value",
    "chat": "engine.builtin",
    "gather": "engine.gather",
    "learned": "engine.builtin",
    "open_engagement": "workbench",
    "param": "engine.prompt",
    "parse": "engine.builtin",
    "prompt": "engine.prompt",
    "prompted": "engine.builtin",
    "step": "engine.step",
    "workflow": "engine.step",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'alongside' has no attribute {name!r}")
    return getattr(importlib.import_module(f"alongside.{_HOME[name]}"), name)
