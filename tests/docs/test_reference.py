"""What the code offers is described, and the reference pages say what the code does."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from dyeline.app.settings import Settings
from tools import gen_reference
from tools.reference import carriers, commands, errors, settings


def _leaves() -> list[Any]:
    found = list(commands.contexts())
    return [context for context in found[1:] if not hasattr(context.command, "list_commands")]


def test_reference_pages_are_as_the_code_says() -> None:
    stale = gen_reference.differences()
    assert not stale, "run `make docs`:\n" + "\n".join(stale[:40])


def test_commands_of_the_requirement_exist() -> None:
    paths = {context.command_path.removeprefix("dyeline ") for context in _leaves()}
    wanted = {"init", "issue", "trace", "forecast", "demo", "document add", "document sites"}
    wanted |= {"recipient add", "recipient import", "recipient list"}
    assert wanted <= paths


@pytest.mark.parametrize("context", _leaves(), ids=lambda context: context.command_path)
def test_command_explains_itself(context: Any) -> None:
    command = context.command
    text = f"{command.help or ''}\n{getattr(command, 'epilog', None) or ''}"
    assert command.help, "no help text"
    assert f"{context.command_path} " in text or text.rstrip().endswith(context.command_path), "no example"
    options = {name for parameter in command.params for name in parameter.opts}
    assert "--json" in options
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    silent = [parameter.name for parameter in shown if not getattr(parameter, "help", None)]
    assert not silent, f"arguments without help: {silent}"


def test_error_codes_are_unique_and_described() -> None:
    classes = errors.error_classes()
    codes = [item.code for item in classes]
    assert len(set(codes)) == len(codes) > 10
    for item in classes:
        assert vars(item).get("__doc__"), f"{item.__name__} has no docstring"
        assert 1 <= item.exit_status < 126, "0 is success, 126 and up belong to the shell"
    page = errors.page()
    assert all(f"## `{code}`" in page for code in codes)


def test_every_setting_is_in_the_file_with_its_default_and_meaning() -> None:
    template = settings.settings_in_template()
    defaults: dict[str, object] = {}
    for name, value in dataclasses.asdict(Settings()).items():
        section = {f"{name}.{inner}": own for inner, own in value.items()} if isinstance(value, dict) else {}
        defaults |= section or {name.replace("_", ".", 1): value}
    for name, value in defaults.items():
        assert name in template, f"{name} is not in the settings file that init writes"
        assert template[name][0] == value
    assert all(meaning for _, meaning in template.values())


def test_every_environment_variable_is_described() -> None:
    assert settings.environment_names() == set(settings.ENVIRONMENT)


def test_every_carrier_and_wording_class_is_described() -> None:
    page = carriers.page()
    for name, text in carriers.carrier_texts().items():
        assert text, f"{name} has no docstring"
        assert f"## `{name}`" in page
    for name, text in carriers.wording_classes().items():
        assert text, f"wording class {name} has no description"
        assert f"`{name}`" in page
