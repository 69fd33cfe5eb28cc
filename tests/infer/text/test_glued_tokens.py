"""Runs that signs glue together are protected in any surroundings; what prose glues together is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.text.glued_tokens import glued_tokens, is_glued
from despin.infer.text.protected import protected_spans

JOINERS = ["-", "_", "/", ".", "+", "%20"]
SURROUNDINGS = r"""
https://a.example/§            xhttps://a.example/§           _https://a.example/§
中文https://a.example/§         https://a.example/?q=§         https://a.example/#§
ssh:§                          file:§                         mailto:§
mailto:§@a.example             tel:§                          data:§
data:text/plain,§              magnet:?xt=§                   s3://bucket/§
doi:§                          //host.example/§               §.ai
§.us                           §.ca                           §.jp
§.co.jp                        §.com                          www.§.example
a.ai/§                         a.ai:8080/§                    a.ai?q=§
a.ai#§                         a.Com/§                        §@a.example
a.very.long.name.of.§.and.so.on@mail.example                   git@host:§
git@host.example:a/§.git       @§                             .@§
#§                             x#§                            r/§
u/§                            user/x/§                       _x_§
§_x                            §()                            §[0]()
§.txt                          §.PDF                          §.tar.gz
/srv/§                         /§/x                           ./§
../§                           ~/§                            ~§
C:\§                          D:\x\§.txt                   \\host\§
--§                            -x=§                           --x=§
$§                             ${§}                         %§%
KEY=§                          §=1                            x:§
x::§                           a->§                           a|§
2024/05/§/x                    &x=§                           x?§
:§:                            v1.§                           s.§.x
x{{ y }}/§/                {{ § }}                    {% § %}
<§@a.example>                  <https://§>                    `§`
§.html.                        (§.html)                       "§/x",
§[0]                           §[-1]                          §[i]
§["x"]                         x['§']                         x["§"]
§(x,y)                         §(x=1)                         x("§")
x(y,§)                         §[1:2]                         f(§,x=1)
"""
SURROUNDINGS = [s for line in SURROUNDINGS.splitlines() for s in re.split(r" {3,}", line) if s]


@pytest.mark.parametrize("joiner", JOINERS)
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_words_in_an_address_or_name_are_protected(surroundings: str, joiner: str) -> None:
    name = f"decrease{joiner}home"
    token = surroundings.replace("§", name)
    for frame in ("§", "Officers stated § final yr.", "see §, officers stated", "—§—"):
        text = frame.replace("§", token)
        start = text.index(name)
        assert any(a <= start and start + len(name) <= b for a, b in protected_spans(text)), text


def test_there_are_enough_surroundings() -> None:
    assert len(SURROUNDINGS) >= 60


@pytest.mark.parametrize(
    "token", ["HOME-123", "home[yr]", "home(final, yr)", "home[:, 0]", "home['final yr']"]
)
def test_tickets_calls_and_indices_are_protected(token: str) -> None:
    text = f"Officers stated {token} final yr"
    start = text.index(token)
    (span,) = protected_spans(text)
    assert span[0] == start and text[slice(*span)].rstrip("]") == token.rstrip("]")


PROSE = """
decrease-home members | loss-of-life | end-of-the-year | a two-and-a-half-month wait | U.S.-led
and/or | his/her | officers/authorities | TCP/IP | 24/7 | 1/2/2020 | post-9/11 | 1/2-inch-thick | $5/month
the U.S. house | 10 p.c. of | e.g., the house | a.m. | Ph.D. | J.R.R. Tolkien | Inc.-backed | Jan./Feb. | No.1
home...the house | final yr.The decrease home | yr.A home | what?He | home.[1]The | St.Louis | "home."The
$5 million | US$5m | 5% | 50%-60% | 10:30 | 3:1 | #1 | ~5 | 18+ | A+ | 3.5 to 4.0 | 10km/h | home.12 The
AT&T | Q&A | R&D; home | Barnes&Noble | don't | officers' | o’clock | f*ck
{dollars} | million {dollars}, | {that a} year | {Hardware}
>Officers stated | >>Officers | |final yr| | *home* | **home** | _home_ | _final yr_ | (_home_)
__final yr__ | ___final yr___ | (__final__) | home[1] | home[a] | home[ii] | home[sic] | [s]tated
word(s) | 401(k) | the home(house) | [sic] | (e.g. home) | 'home' | “home”.
the house—officers stated—fell | the house--the officers | the house – final | x > y | a < b
five @ the # home | iPhone-like | YouTube | McDonald's | naïve-looking
2-year-old | COVID-19-related | = home | home -
an unclosed ` home | don`t | the end of an http home
""".replace("\n", " | ").split(" | ")


@pytest.mark.parametrize("text", [p for p in PROSE if p.strip()])
def test_what_prose_glues_together_is_prose(text: str) -> None:
    assert protected_spans(text.strip()) == []
    assert protected_spans(f"Officers said it, {text.strip()} and so on.") == []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("See https://a.example/b.", ["https://a.example/b"]),
        ("(see a_b), then code.dart!", ["a_b", "code.dart"]),
        ("call name() or int(); then", ["name()", "int()"]),
        ("the house—a.example—fell", ["a.example"]),
        ("read [the final yr](https://a.example/x), then", ["https://a.example/x"]),
        ("private _final, a _key term_; or\n\nfinal_ names", ["final", "final"]),
        ("a slug final-yr-finances-of-decrease-home here", ["final-yr-finances-of-decrease-home"]),
        ("the -final option, not a long-term one", ["-final"]),
    ],
)
def test_a_token_ends_before_the_punctuation_around_it(text: str, tokens: list[str]) -> None:
    assert [text[start:end] for start, end in glued_tokens(text)] == tokens


def test_an_option_stands_after_white_space() -> None:
    assert is_glued("-final") and not is_glued("-final", at_space=False)
    assert protected_spans("<b>mid</b>-year homes") == [(0, 3), (6, 10)]


@given(st.text(st.sampled_from('ab.A-/_:@ (){}\n1"$=—'), max_size=40))
def test_tokens_are_in_order_disjoint_and_without_white_space(text: str) -> None:
    last = 0
    for start, end in glued_tokens(text):
        assert last <= start < end <= len(text)
        assert not any(map(str.isspace, text[start:end]))
        last = end
