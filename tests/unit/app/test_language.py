from __future__ import annotations

import pytest

from dyeline.app.language import detect_style, is_english

PLAIN = "The committee will publish the results of the survey in the spring, as it has in all earlier years. "
CASUAL = "We're moving to the new office in May. It's close to the river, so don't forget to look out. "
CONTRACT = "Notwithstanding clause 4, the licensee shall indemnify the licensor for breaches hereunder. "


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (PLAIN * 5, "formal"),
        (PLAIN * 5 + CASUAL, "informal"),
        (CASUAL.replace("'", "’") * 3, "informal"),
        (PLAIN + CONTRACT, "legal"),
        (CASUAL + CONTRACT, "legal"),
        ("The town’s mayor met the party’s leader. " * 5, "formal"),  # possessives are no contractions
        ("", "formal"),
        ("会议将于春季举行。", "formal"),
    ],
)
def test_style(text: str, style: str) -> None:
    assert detect_style(text) == style


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (PLAIN, True),
        (PLAIN + CONTRACT, True),
        (
            "Der Ausschuss wird die Ergebnisse der Umfrage im Frühjahr veröffentlichen, wie in allen Jahren.",
            False,
        ),
        ("Le comité publiera les résultats de l'enquête au printemps, comme les années précédentes.", False),
        ("会议将于春季举行。", False),
        ("سيعقد الاجتماع في الربيع", False),
        ("", False),
        ("123 456", False),
    ],
)
def test_english(text: str, english: bool) -> None:
    assert is_english(text) is english
