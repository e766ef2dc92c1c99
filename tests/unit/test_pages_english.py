"""The pages are written in Chinese and translated into English: no sentence may be left without its translation."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.mo"
SOURCE = CATALOGUE.with_suffix(".po")
GETTEXT_NAMES = {"_", "gettext", "gettext_lazy", "ngettext"}
CALL = re.compile(r"""\b(?:_|gettext)\((?:u|)((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))\)""")
PLURAL_CALL = re.compile(r"\bngettext\(\s*(?:u|)((?:'(?:[^'\\]|\\.)*')|(?:\"(?:[^\"\\]|\\.)*\"))")


def _of_templates() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        found |= {ast.literal_eval(text) for pattern in (CALL, PLURAL_CALL) for text in pattern.findall(code)}
    return found


def _of_python() -> set[str]:
    found: set[str] = set()
    for app in ("accounts", "certificates", "verification", "config"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT_NAMES:
                    assert isinstance(node.args[0], ast.Constant), (
                        f"{path.name}: a sentence must stand whole in the code"
                    )
                    found.add(node.args[0].value)
    return found


def _told(catalogue: gettext.GNUTranslations, sentence: str) -> str:
    single = catalogue.gettext(sentence)
    return single if single != sentence else catalogue.ngettext(sentence, sentence, 1)


@pytest.fixture(scope="module")
def english() -> gettext.GNUTranslations:
    with CATALOGUE.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_sentence_of_the_pages_has_an_english_one(english: gettext.GNUTranslations) -> None:
    sentences = _of_templates() | _of_python()
    assert len(sentences) > 200
    missing = {s for s in sentences if _told(english, s) == s}
    assert not missing


def test_no_english_sentence_holds_chinese_or_loses_a_placeholder(english: gettext.GNUTranslations) -> None:
    placeholder = re.compile(r"%\([a-z]+\)[sd]")
    for sentence in _of_templates() | _of_python():
        told = _told(english, sentence)
        assert not re.search(r"[\u3400-\u9fff]", told), told
        assert sorted(placeholder.findall(told)) == sorted(placeholder.findall(sentence)), told


def test_the_compiled_catalogue_is_the_one_of_the_source(english: gettext.GNUTranslations) -> None:
    entries = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(entries) > 200
    for sentence, told in entries:
        assert english.gettext(sentence.replace('\\"', '"')) == told.replace('\\"', '"')


def test_no_chinese_stands_in_a_template_outside_a_translation() -> None:
    inside = re.compile(
        r"{% blocktranslate\b.*?{% endblocktranslate %}|{% translate .*?%}|{#.*?#}|{% comment %}.*?{% endcomment %}",
        re.DOTALL,
    )
    for path in (ROOT / "templates").rglob("*.html"):
        left = inside.sub("", path.read_text(encoding="utf-8"))
        found = set(re.findall(r"[\u3400-\u9fff]+", left))
        # The language switch names each language in itself.
        assert found <= {"中文"}, path
