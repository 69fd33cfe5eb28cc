"""LanguageTool's HTTP API, as its clients use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.testclient import TestClient

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit, apply_edits
from despin.serve.languagetool import LanguageToolMiddleware, languagetool_router
from despin.serve.languagetool_matches import MAX_SENTENCE
from despin.serve.server import running

TEXT = "The decrease home mentioned it."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

WORDINGS = {
    "decrease home": "lower house",
    "mentioned": "said",
    "final week": "last week",
    "doesn't purchase": "isn't buying",
}


class StubRestorer:
    """In the service's restorer's place: edits the wordings that it knows, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    async def correct(self, text: str, format: str = "text", **options: Any) -> Correction:
        """A correction with a confidence of 0.875 everywhere."""
        if self.error is not None:
            raise self.error
        self.asked.append(text)
        edits = []
        for match in re.finditer("|".join(WORDINGS).replace(" ", r"\s"), text):
            source = match[0]
            wording = WORDINGS[re.sub(r"\s", " ", source)]
            if "\n" in source:
                wording = wording.replace(" ", "\n")
            others = (("other words", 0.0625), (source, 0.05), (wording, 0.04), ("hardly", 0.001))
            edits.append(Edit(*match.span(), source, wording, 0.875, others[: options["alternatives"]]))
        return Correction(apply_edits(text, edits), edits, 0.9, [])


def app_around(restorer: Any) -> FastAPI:
    app = FastAPI()
    app.state.restorer = restorer
    app.include_router(languagetool_router(max_text_length=1000))
    app.add_middleware(LanguageToolMiddleware)
    return app


@pytest.fixture
def restorer() -> StubRestorer:
    return StubRestorer()


@pytest.fixture
def client(restorer: StubRestorer) -> TestClient:
    return TestClient(app_around(restorer))


def check(client: TestClient, **fields: str) -> dict[str, Any]:
    """The answer to a check in English, unless the fields say otherwise."""
    answer = client.post("/v2/check", content=urlencode({"language": "en-US", **fields}), headers=FORM)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def annotated(*parts: str | tuple[str, ...]) -> str:
    """The field ``data``: text as a str, mark-up as a tuple with what it is read as, if anything."""
    annotation: list[dict[str, str]] = []
    for part in parts:
        if isinstance(part, str):
            annotation.append({"text": part})
        else:
            annotation.append(dict(zip(("markup", "interpretAs"), part)))
    return json.dumps({"annotation": annotation})


def replaced(client: TestClient, *parts: str | tuple[str, ...]) -> list[tuple[str, str]]:
    """What each match covers in the document, mark-up included, and its first replacement."""
    source = "".join(part if isinstance(part, str) else part[0] for part in parts)
    matches = check(client, data=annotated(*parts))["matches"]
    return [(source[m["offset"] : m["offset"] + m["length"]], m["replacements"][0]["value"]) for m in matches]


def test_a_match_has_the_form_of_languagetools(client: TestClient) -> None:
    first, second = check(client, text=TEXT)["matches"]
    assert first == {
        "message": "“decrease home” may be a spinner's wording for “lower house” (confidence 88 %).",
        "shortMessage": "Spun wording",
        "replacements": [
            {"value": "lower house", "confidence": 0.875},
            {"value": "other words", "confidence": 0.0625},
        ],
        "offset": 4,
        "length": 13,
        "context": {"text": TEXT, "offset": 4, "length": 13},
        "sentence": TEXT,
        "type": {"typeName": "Other"},
        "rule": {
            "id": "DESPIN_SPUN_WORDING",
            "description": "A wording that an article spinner puts in the place of another",
            "issueType": "style",
            "category": {"id": "SPUN", "name": "Spun text"},
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }
    assert (second["offset"], second["length"]) == (18, 9)


def test_the_answer_names_the_software_and_the_language(client: TestClient) -> None:
    answer = check(client, text=TEXT)
    assert {"name": "Despin", "apiVersion": 1, "premium": False}.items() <= answer["software"].items()
    assert answer["warnings"] == {"incompleteResults": False}
    assert answer["language"] == {
        "name": "English (US)",
        "code": "en-US",
        "detectedLanguage": {"name": "English (US)", "code": "en-US", "confidence": 1.0},
    }


def test_offsets_count_utf16_code_units(client: TestClient) -> None:
    before = "😀 é𝒳 "
    (match,) = check(client, text=before + "mentioned 😀.")["matches"]
    units = (before + "mentioned 😀.").encode("utf-16-le")
    start, end = 2 * match["offset"], 2 * (match["offset"] + match["length"])
    assert units[start:end].decode("utf-16-le") == "mentioned"
    context = match["context"]
    shown = context["text"].encode("utf-16-le")[2 * context["offset"] :][: 2 * context["length"]]
    assert shown.decode("utf-16-le") == "mentioned"


def test_context_is_one_line_of_forty_characters_on_both_sides(client: TestClient) -> None:
    text = "x" * 50 + ".\n\nThey mentioned it.\n" + "y" * 60
    (match,) = check(client, text=text)["matches"]
    start = match["offset"]
    shown = text[start - 40 : start + 9 + 40].replace("\n", " ")
    assert match["context"] == {"text": f"...{shown}...", "offset": 43, "length": 9}
    assert match["sentence"] == "They mentioned it."


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["A ", ("<b>",), "mentioned", ("</b>",)], [("mentioned", "said")]),
        (["The decrease ", ("<b>",), "home", ("</b>",)], [("decrease <b>home", "lower <b>house")]),
        (["The de", ("<i>",), "crease", ("</i>",), " home"], []),
        (["decrease", ("<br>", " "), "home"], [("decrease<br>home", "lower<br>house")]),
        (["decrease", ("<p>", "\n\n"), "home"], []),
        (["final", ("\n", "\n"), "week"], [("final\nweek", "last\nweek")]),
        ([("\\cite{x}", "mentioned"), " mentioned"], [("mentioned", "said")]),
        (["He doesn", ("&#39;", "'"), "t purchase"], [("doesn&#39;t purchase", "isn't buying")]),
        ([("", "Dummy "), "mentioned", ("", " Dummy")], [("mentioned", "said")]),
        ([("<p>",), "mentioned"], [("mentioned", "said")]),
    ],
)
def test_markup_counts_in_offsets_and_stays(
    client: TestClient, parts: list[str | tuple[str, ...]], expected: list[tuple[str, str]]
) -> None:
    assert replaced(client, *parts) == expected


def test_markup_beyond_the_basic_plane_counts_two(client: TestClient) -> None:
    (match,) = check(client, data=annotated(("<p>😀",), "mentioned"))["matches"]
    assert match["offset"] == 5


def test_a_line_break_inside_a_wording_stays(client: TestClient) -> None:
    assert replaced(client, "The decrease\nhome") == [("decrease\nhome", "lower\nhouse")]


def test_data_may_hold_a_text_too(client: TestClient) -> None:
    assert check(client, data=json.dumps({"text": TEXT})) == check(client, text=TEXT)


def test_what_is_read_is_text_and_interpretation(client: TestClient, restorer: StubRestorer) -> None:
    check(client, data=annotated("One", ("<br>", "\n\n"), "two", ("<b>",), " three ", ("&amp;", "&")))
    assert restorer.asked == ["One\n\ntwo three &"]


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data", "text/plain;charset=UTF-8", ""]
)
def test_a_form_is_read_whatever_its_type_is_called(client: TestClient, content_type: str) -> None:
    body = urlencode({"language": "en-US", "text": "They mentioned it"})
    answer = client.post("/v2/check?c=1&v=standalone", content=body, headers={"Content-Type": content_type})
    assert len(answer.json()["matches"]) == 1


def test_a_query_does_as_well(client: TestClient) -> None:
    answer = client.get("/v2/check", params={"language": "en", "text": TEXT})
    assert len(answer.json()["matches"]) == 2


def test_odd_characters_do_no_harm(client: TestClient) -> None:
    body = b"language=en&text=%FF%ED%A0%80+mentioned%00%0D%0A"
    assert len(client.post("/v2/check", content=body).json()["matches"]) == 1
    (match,) = check(client, data='{"text": "\\ud83d mentioned \\ude00"}')["matches"]
    assert match["offset"] == 2
    assert check(client, text="")["matches"] == check(client, data='{"annotation": []}')["matches"] == []


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"disabledRules": "OTHER, DESPIN_SPUN_WORDING"}, 0),
        ({"disabledRules": "WHITESPACE_RULE"}, 2),
        ({"disabledCategories": "SPUN"}, 0),
        ({"enabledOnly": "true", "enabledRules": "OTHER"}, 0),
        ({"enabledOnly": "true", "enabledRules": "DESPIN_SPUN_WORDING"}, 2),
        ({"enabledOnly": "yes", "enabledCategories": "SPUN"}, 2),
        ({"enabledOnly": "false", "enabledRules": "OTHER"}, 2),
        ({"mode": "allButTextLevelOnly", "level": "picky"}, 2),
        ({"mode": "textLevelOnly"}, 0),
        ({"motherTongue": "de", "username": "me", "apiKey": "key"}, 2),
    ],
)
def test_rules_are_switched_on_and_off(client: TestClient, fields: dict[str, str], count: int) -> None:
    assert len(check(client, text=TEXT, **fields)["matches"]) == count


GERMAN = "Das ist nicht der Weg, und das Haus ist gut. Sie mentioned es nicht."


@pytest.mark.parametrize(
    ("language", "text", "code", "detected", "count"),
    [
        ("auto", TEXT, "en-US", "en-US", 2),
        ("auto", GERMAN, "zz", "zz", 0),
        ("de-DE", GERMAN, "de-DE", "zz", 0),
        ("de-DE", TEXT, "de-DE", "en-US", 0),
        ("en", TEXT, "en", "en", 2),
        ("en_gb", TEXT, "en-GB", "en-GB", 2),
        ("en-XX", TEXT, "en", "en", 2),
        ("ca-ES-valencia", "", "ca-ES-valencia", "en-US", 0),
    ],
)
def test_languages(
    client: TestClient, language: str, text: str, code: str, detected: str, count: int
) -> None:
    answer = check(client, text=text, language=language)
    assert answer["language"]["code"] == code
    assert answer["language"]["detectedLanguage"]["code"] == detected
    assert len(answer["matches"]) == count


def test_the_preferred_variant_is_named(client: TestClient) -> None:
    answer = check(client, text=TEXT, language="auto", preferredVariants="de-AT, en-GB")
    assert answer["language"]["code"] == "en-GB"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "x"}, "missing 'language' parameter, such as language=en-US or language=auto"),
        ({"language": "en"}, "missing 'text' or 'data' parameter"),
        ({"language": "en", "text": "x", "data": "{}"}, "set either 'text' or 'data', not both"),
        ({"language": "e", "text": "x"}, "'language' must be auto or a code such as en-US, got 'e'"),
        ({"language": "en", "data": "{"}, "'data' is no valid JSON"),
        ({"language": "en", "data": "[" * 9000}, "'data' is no valid JSON"),
        (
            {"language": "en", "data": "{}"},
            "'data' must be a JSON object with either 'text' or 'annotation'",
        ),
        (
            {"language": "en", "data": '{"annotation": {}}'},
            "'annotation' must be a list of objects with 'text' or 'markup'",
        ),
        (
            {"language": "en", "data": '{"annotation": [{"text": "a"}, {"text": "b", "markup": "c"}]}'},
            "annotation[1] must be an object with either 'text' or 'markup'",
        ),
        (
            {"language": "en", "data": '{"annotation": [{"text": 7}]}'},
            "'text' in annotation[0] must be a string",
        ),
        (
            {"language": "en", "data": '{"annotation": [{"text": "a", "interpretAs": "b"}]}'},
            "annotation[0]: 'interpretAs' goes with 'markup', not with 'text'",
        ),
        (
            {"language": "en", "text": "x", "enabledOnly": "true"},
            "'enabledOnly' needs 'enabledRules' or 'enabledCategories'",
        ),
        (
            {"language": "en", "text": "x", "enabledOnly": "true", "disabledRules": "A"},
            "'enabledOnly' goes with no disabled rules or categories",
        ),
        ({f"f{n}": "" for n in range(101)}, "more than 100 parameters"),
    ],
)
def test_errors_are_plain_text(client: TestClient, fields: dict[str, str], message: str) -> None:
    answer = client.post("/v2/check", content=urlencode(fields), headers={**FORM, "Origin": "https://a.b"})
    assert (answer.status_code, answer.text) == (400, f"Error: {message}")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_text_that_is_too_long_is_refused(client: TestClient) -> None:
    check(client, text="x" * 1000)
    answer = client.post("/v2/check", data={"language": "en", "text": "😀" + "x" * 999})
    assert (answer.status_code, answer.text) == (413, "Error: the text has 1,001 characters, 1,000 at most")
    assert client.get("/v2/maxtextlength").text == "1000"


def test_answers_of_others_are_plain_too_and_keep_their_headers(
    client: TestClient, restorer: StubRestorer
) -> None:
    restorer.error = HTTPException(429, "too many texts are waiting", {"Retry-After": "1"})
    answer = client.post("/v2/check", data={"language": "en", "text": TEXT})
    assert (answer.status_code, answer.text) == (429, "Error: too many texts are waiting")
    assert answer.headers["retry-after"] == "1"
    assert int(answer.headers["content-length"]) == len(answer.content)
    missing = client.get("/v2/words")
    assert (missing.status_code, missing.text) == (404, "Error: Not Found")
    assert client.get("/elsewhere").json() == {"detail": "Not Found"}


def test_any_origin_may_read_the_answers_without_credentials(client: TestClient) -> None:
    preflight = client.options(
        "/v2/check",
        headers={
            "Origin": "moz-extension://0",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in preflight.headers
    elsewhere = client.get("/openapi.json", headers={"Origin": "https://a.b"})
    assert "access-control-allow-origin" not in elsewhere.headers


def test_what_clients_ask_before_they_check(client: TestClient) -> None:
    languages = client.get("/v2/languages").json()
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in languages
    assert {language["code"] for language in languages} == {"en"}
    assert client.get("/v2/healthcheck").text == "OK"
    assert client.get("/v2/info").json()["software"]["name"] == "Despin"


class RealRestorer:
    """The embedded checkpoint, in a thread."""

    def __init__(self) -> None:
        self.despinner = Despinner(threads=1)

    async def correct(self, text: str, format: Any = "text", **options: Any) -> Correction:
        return await run_in_threadpool(self.despinner.with_options(**options).correct, text, format)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Despinner]]:
    """The address of a server with the embedded checkpoint, and the checkpoint."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    restorer = RealRestorer()
    app = FastAPI()
    app.state.restorer = restorer
    app.include_router(languagetool_router())
    app.add_middleware(LanguageToolMiddleware)
    with running(app) as address:
        yield address, restorer.despinner


def test_a_client_from_a_registry(server: tuple[str, Despinner], root: Path) -> None:
    """language_tool_python underlines, and applies the first replacements as Despin does its edits."""
    language_tool_python = pytest.importorskip("language_tool_python")
    address, despinner = server
    text = "😀 " + (root / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
    expected = despinner.correct(text)
    assert len(expected.edits) > 20
    with language_tool_python.LanguageTool("en-US", remote_server=address) as tool:
        matches = tool.check(text)
        assert [(m.offset, m.error_length, m.replacements[0]) for m in matches] == [
            (e.start, e.end - e.start, e.replacement) for e in expected.edits
        ]
        assert {m.rule_id for m in matches} == {"DESPIN_SPUN_WORDING"}
        assert {m.rule_issue_type for m in matches} == {"style"}
        assert all(e.source not in m.replacements for m, e in zip(matches, expected.edits))
        assert tool.correct(text) == apply_edits(text, expected.edits) == expected.text
        tool.disabled_rules = {"DESPIN_SPUN_WORDING"}
        assert tool.check(text) == []
        tool.disabled_rules = set()
        tool.language = "auto"
        assert len(tool.check(text)) == len(matches)
        with pytest.raises(language_tool_python.exceptions.LanguageToolError, match="200,000 at most"):
            tool.check("word " * 40_001)


def test_an_answer_is_bounded_whatever_the_text_is(
    monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    for module in ("languagetool", "languagetool_matches"):
        monkeypatch.setattr(f"despin.serve.{module}.MAX_MATCHES", 10)
    text = "the decrease home mentioned on " * 30
    answer = check(client, text=text)
    assert answer["warnings"] == {"incompleteResults": True} and len(answer["matches"]) == 10
    assert all(len(match["sentence"]) <= MAX_SENTENCE < len(text) for match in answer["matches"])
    assert all("decrease home" in match["sentence"] for match in answer["matches"])
