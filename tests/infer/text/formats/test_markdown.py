"""Markdown and its dialects: what is prose, what is read otherwise, and what is left alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from despin.infer.text.formats.markdown import read_markdown
from despin.infer.text.pieces import Kind

sys.path.insert(0, str(Path(__file__).parent))
from piece_text import of_kind, paragraphs, shown


def prose(text: str) -> list[str]:
    return of_kind(text, read_markdown(text), Kind.PROSE)


def fixed(text: str) -> list[str]:
    return of_kind(text, read_markdown(text), Kind.FIXED)


def read(text: str) -> list[str]:
    return paragraphs(text, read_markdown(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("# One *two*\n", ["One", "two"]),
        ('one [two](http://not.this "nor this") three\n', ["one", "two", "three"]),
        ("one `not this` two\n", ["one", "two"]),
        ("```\nnot this\n```\n\none\n", ["one"]),
        ("one\n\n    not this\n", ["one"]),
        ("- one\n- two\n", ["one", "two"]),
        ("| one | two |\n|---|---|\n| é | three |\n", ["one", "two", "é", "three"]),
        ("[not]: http://not.this\n\none\n", ["one"]),
        ("<div>\none <i>two</i>\n</div>\n", ["one", "two"]),
        ("one <b>two</b>\n", ["one", "two"]),
        ("---\nnot: this\n---\n\none\n", ["one"]),
        ("> one\n> two\n", ["one", "two"]),
        ("![not this](not.png) one\n", ["one"]),
        (
            "![not *this*][not]\n\none <https://not.this/> two <not@this.eu>\n\n[not]: x\n",
            ["one", "two"],
        ),
        ("one ``not ` this`` two `not\nthis`\n", ["one", "two"]),
        ("~~~ not\nthis\n~~~\none\n", ["one"]),
        ("One\n===\n\ntwo\n---\n", ["One", "two"]),
        ("- [ ] one\n- [x] two\n", ["one", "two"]),
        ("one ~~two~~ __three__\n", ["one", "two", "three"]),
        ("Term\n: one\n  two\n\n    three\n", ["Term", "one", "two", "three"]),
        ("## One {#not .this}\n", ["One"]),
        ("| one | `not` two |\n|:--|--:|\n| a \\| b |\n", ["one", "two", "a", "| b"]),
        ("1. one\n\n   ```sh\n   not this\n   ```\n\n2. two\n", ["one", "two"]),
        ("> - one\n>\n>       not this\n", ["one"]),
    ],
)
def test_what_is_prose_in_markdown(text: str, parts: list[str]) -> None:
    assert prose(text) == parts


def test_a_paragraph_continues_over_inline_tags_and_line_ends_and_ends_at_a_block() -> None:
    assert read("one <b>two</b>\n*three*\n\nfour\n") == ["one two three", "four"]
    text = "> one\n>   two\n> > three\r\n> > four\n"
    assert [text[p.start : p.end] for p in read_markdown(text) if p.kind is Kind.BREAK] == [
        "\n>   ",
        "\r\n> > ",
    ]


@pytest.mark.parametrize(
    ("text", "as_read"),
    [
        ("play**ground** and un*stat*ed", "playground and unstated"),
        ("don&#8217;t play&shy;ground&nbsp;x", "don’t playground\u00a0x"),
        ("one  \ntwo\\\nthree<br>four", "one two three four"),
        ("one \\* two \\_three\\_", "one * two _three_"),
        ("a [play](x)ground", "a playground"),
        ("é 🙂 *ü* &amp; `ö` ä", "é 🙂 ü &   ä"),
        ("final yr[^1].\n\n[^1]: note", "final yr.\nnote"),
        ("\ud800 *one* two", "\ud800 one two"),
    ],
)
def test_words_read_across_inline_mark_up(text: str, as_read: str) -> None:
    assert shown(text, read_markdown(text)) == as_read


@pytest.mark.parametrize(
    ("text", "parts", "words"),
    [
        ("See [final yr] and [the officers][].\n\n[final yr]: x\n[the officers]: y\n", ["See", "and", "."],
         ["final yr", "the officers"]),
        ("[one][final yr] [two *three*][F]\n\n[Final Yr]: <not> 'nor this'\n[f]: z\n",
         ["one", "two", "three"], []),
        ("[final *yr*]\n\n> [final *yr*]: x\n", [], ["final", "yr"]),
        ("[not defined] [elsewhere][] [one][elsewhere]\n", ["[not defined]", "one"], ["elsewhere"]),
        ("[[Final yr]] [[Final yr|one]] ![[final yr]]\n", ["one"], ["Final yr"]),
        ("one[^final yr] two[^final-yr]\n\n[^final-yr]: three\n    four\n",
         ["one[^final yr] two", "three", "four"], []),
        ("one[^nowhere] two\n", ["one", "two"], []),
        ('<span translate="no">final *yr*</span> one\n', ["one"], ["final", "yr"]),
        ('<div class="notranslate">\n\nfinal yr\n\n</div>\n\none\n', ["one"], ["final yr"]),
    ],
)  # fmt: skip
def test_labels_and_what_is_not_to_be_translated(text: str, parts: list[str], words: list[str]) -> None:
    assert prose(text) == parts
    assert fixed(text) == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("> [!NOTE]\n> one\n", ["one"]),
        ("> [!WARNING] \n> one\n> two\n", ["one two"]),
        ("> [!not-this]- One *two*\n> three\n", ["One two", "three"]),
        ("- > [!TIP]\n  > one\n", ["one"]),
        (":::note\n\none\n\n:::\n", ["one"]),
        ("one\n:::warning\ntwo\n:::\nthree\n", ["one", "two", "three"]),
        ("::: tip One title\ntwo\n:::\n", ["One title", "two"]),
        (":::danger[One title]{.not}\ntwo\n:::\n", ["One title", "two"]),
        (":not[one *two*]{not this} :not[three]{.not} four\n", ["[one two] [three] four"]),
        ("::not\n\n::not[one]{this}\n\n::not{this=no}\n\ntwo\n", ["[one]", "two"]),
        ("one 5:two[1] 10:30 a:b :: x^2\n", ["one 5:two[1] 10:30 a:b :: x^2"]),
        ("one ^not-this\n\n- two ^not\n- three ^ four\n", ["one", "two", "three ^ four"]),
        ("import Not from './not'\nimport {\n  not\n} from 'x'\n\none\n", ["one"]),
        ("export const not = {\n  this: 1,\n}\n\none\n", ["one"]),
        ("export const not = {\n  this: 'not',\n\n  nor: ['this (',\n],\n}\nnot\n\none\n", ["one"]),
        ("export default function Not() {\n  return (\n\n<b>not</b>\n  )\n}\n\none\n", ["one"]),
        ("export const not = {\n  this: 1,\n\none\n", ["one"]),  # never closed
        ("export const not = {\n\n" + "not " * 2_000 + "}\n\none\n", ["not " * 1_999 + "not }", "one"]),
        ("{/* not *this* */}\none\n", ["one"]),
        ("{/* not\n\n- this\n\n```\n*/} one\n\ntwo\n", ["one", "two"]),
        ("> {/* not\n> this */}\n\none\n", ["one"]),
        ("%%\nnot\n\n# this\n%%\n\none\n", ["one"]),
        ("%% not %%\none\n", ["one"]),
        ("%% one\n\ntwo\n", ["%% one", "two"]),
        (":::{one} Two\n:not: this\n:nor:\nthree\n:::\n", ["Two", "three"]),
        (":::{one}\n---\nnot: this\n---\ntwo\n:::\n", ["two"]),
        ("::::{code-block} not\n:not: this\n\nnot\n::::\n\none\n", ["one"]),
        (":::{one}\ntwo\n:not: three\n:::\n", ["two three"]),
        ("| one | two |\n|---|---|\n| a | b |\n\n^not-this\n", ["one", "two", "a", "b"]),
        ("^not-this\n\none\n^not-this\n", ["one"]),
        ("{not.map(it => (\n  <b>not</b>\n\n  {it}\n))}\n\none\n", ["one"]),
        ("<Not this={['not', 'this']}>\n  <Nor this=\"not\">one</Nor>\n</Not>\n", ["one"]),
        ("<Not a={b > 2}\n  b='this' {...not}\n  c={`not`}\n/>\n\none\n", ["one"]),
        ("<Not a={not} b={() => not > this}>\n  one\n</Not>\n", ["one"]),
        (
            "!!! not\n    <div a={not > this}\n    b={() => not > this}>\n    one\n    </div>\n\ntwo\n",
            ["one", "two"],
        ),
        ("<Not a={() => not}>one *two*</Not>\n", ["one two"]),
        ("<Not a={b\n\none>\n", ["<Not a={b", "one>"]),  # never closed
        ("<pre className={a > b}>\nnot\n\nthis\n</pre>\n\none\n", ["one"]),
        ("one <code a={b > c d='e'}>not</code> two <b>three</b>\n", ["one two three"]),
        ("one `<Not a={b}>` two\n", ["one two"]),
        ('<p translate="no" a={b}>\none\n</p>\n\ntwo\n', ["one", "two"]),
        ("(not-this)=\n## One\n", ["One"]),
        ("export type Not = {\n  not: string\n\n  this: not\n}\n\none\n", ["one"]),
        ("{one two}\n\n{three\n", ["{one two}", "{three"]),
        ("import goods from abroad\nexport default one\n", ["import goods from abroad export default one"]),
        (":::: {.not #this}\n::: {.not}\none\n:::\n::::\n", ["one"]),
        ("/// details | One title\ntwo\n///\n", ["One title", "two"]),
        ('!!! note "One title"\n    two\n', ["One title", "two"]),
        ('!!! note inline end "One"\n    two\n\n    three\n\nfour\n', ["One", "two", "three", "four"]),
        ("??? not\n    one\n\n        not this\n\n    two\n", ["one", "two"]),
        ("???+ not\n\n    one\n\n    ```\n    not\n\n    this\n    ```\n\n    two\n", ["one", "two"]),
        (
            '!!! not\n    one\n\n    !!! not "Two"\n        three\n\n    four\n',
            ["one", "Two", "three", "four"],
        ),
        ("1. one\n\n    !!! not\n        two\n\n    three\n", ["one", "two", "three"]),
        ("!!! not\n\n\tone\n\n\t- two\n", ["one", "two"]),
        ('=== "One"\n\n    two\n\n=== "Three"\n\n    four\n', ["One", "two", "Three", "four"]),
        ("```\n!!! not\n    this\n:::not\n> [!NOTE]\n```\n\none\n", ["one"]),
    ],
)
def test_admonitions(text: str, parts: list[str]) -> None:
    assert read(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("---\ntitle: Not this\n---\none\n", ["one"]),
        ("---\nnot: this\n...\n\none\n", ["one"]),
        ("\ufeff---\r\nnot: |\r\n\r\n  this\r\n---\r\none\n", ["one"]),
        ("+++\nnot = 'this'\n\n[not]\n+++\none\n", ["one"]),
        ('{\n  "title": "Not this",\n  "not": ["this"]\n}\n\none\n', ["one"]),
        ('{"not": "this }"}\none\n', ["one"]),
        ('{\n  "not": "this",  // a comment\n}\n\none\n', ["one"]),
        ("---\n\none\n\n---\n\ntwo\n", ["one", "two"]),
        ("{one} two\n", ["{one} two"]),
        ("+++ one\n", ["+++ one"]),
    ],
)
def test_front_matter(text: str, parts: list[str]) -> None:
    assert read(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "The firm spent $5 million final yr, and it might be $6 million.",
        "It cost $5-$6, US$7, $8,000 and $9.",
        "Set $HOME and $PATH.",
        "It rose by $3 million, paid in US$.",
        "A $ sign, $ and $ more.",
        "One \\$x\\$ two.",
        "From $1m to $2m.",
        "At 10:30:20, ratio 1:2:3, see a:b:c.",
        "{one} and {two three}",
        "{dollars} and {that a} or {the officer(s)} of {it is.The home} as {e.g. this} and {don't}",
        "{decrease home|lower house} of {the officers' final yr}",
        "It rose 5%% and 6%% of it.",
        "{a.b",
        "[one] and [two](",
    ],
)
def test_what_looks_like_a_notation_and_is_prose(text: str) -> None:
    pieces = read_markdown(text)
    assert shown(text, pieces) == text.replace("\\$", "$")
    assert of_kind(text, pieces, Kind.FIXED) == []


@pytest.mark.parametrize(
    "notation",
    [
        "$x_1 + final yr$",
        "$a *b* c$",
        "$\\$5$",
        "$$ final yr $$",
        "$$\nfinal\n- yr\n$$",
        "\\(final_yr * x\\)",
        "\\[ final\nyr \\]",
        "\\begin{align*}\nfinal &= yr \\\\\n\\end{align*}",
        ":final-yr:",
        ":+1:",
        "{{ final.yr | officers }}",
        "{% if final_yr %}",
        '{{< figure src="final yr" >}}',
        "{#final-yr}",
        "{: .final yr }",
        "{width=50%}",
        "{/* final *yr* */}",
        "{/* final */} {/* yr */}",
        "{/* final\nyr */}",
        "%%final yr%%",
        "%% final\n*yr* %%",
        "{officers ? 'final yr' : 'decrease home'}",
        "{officers ? final : yr}",
        "{final.yr}",
        "{Final.Yr}",
        "{final && <b>final *yr*</b>}",
        "{final(yr)}",
        "{finals.map((yr) => {\nyr})}",
        "{...final}",
        '{"final yr"}',
        "{final}`yr`",
        "<Final yr={{final: 'yr'}} />",
        "<Final yr={final} home='final yr'>",
        "[^final-yr]",
        "[@final-yr, p. 3]",
        "`final yr`",
        "<code>final *yr* [x](y)</code>",
        "<kbd>final</kbd>",
        "<samp>final `yr`</samp>",
        '<a title="final > yr">',
        "<!-- final\nyr -->",
        "![final yr](x)",
        "<https://final.example/yr>",
        "<svg><text>final yr</text></svg>",
    ],
)
def test_notations_are_not_prose(notation: str) -> None:
    text = f"One {notation} two.\n"
    assert read(text) in (["One two."], ["One", "two."])
    assert prose(text) == ["One", "two."]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("{% highlight ruby %}\nnot *this*\n\nnor this\n{% endhighlight %}\n\none\n", ["one"]),
        ("{% highlight ruby %}\none\n", ["one"]),
        ('{% code title="not" %}\nnot\n\nthis\n{% endcode %}\n\none\n', ["one"]),
        ("one\n{: .not }\ntwo\n", ["one", "two"]),
        ("{% include not.html %}\n\none\n", ["one"]),
        ("*[HTML]: One two\n", ["One two"]),
        (":smile: one\ntwo\n", ["one two"]),
        ("one\n:not: two\n", ["one two"]),
        ("`{{` one `}}`\n", ["one"]),
        ("\\(one\n\ntwo\\)\n", ["(one", "two)"]),
        ("$$ one\n\ntwo $$\n", ["$$ one", "two $$"]),
    ],
)
def test_lines_and_limits_of_notations(text: str, parts: list[str]) -> None:
    assert read(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("<details>\n<summary>One</summary>\n\ntwo <code>not</code>\n\n</details>\n", ["One", "two"]),
        ("> <div>\n> one\n> two</div>\n", ["one two"]),
        ("<pre>\nnot\n\nthis\n</pre>\n\none\n", ["one"]),
        ("<script>\nnot\n\nthis\n</script>\none\n", ["one"]),
        ("<svg>\n<path>\n\nnot this\n\n</svg>\n\none\n", ["one"]),
        ("<iframe>\n\nnot this\n\n</iframe>\n\none\n", ["one"]),
        ("one <code>not this\n\ntwo\n", ["one", "two"]),
        ("<!-- not\n\nthis -->\n\none\n", ["one"]),
        ("<p>one &amp; two &lt;b&gt;three&lt;/b&gt;</p>\n", ["one & two three"]),
    ],
)
def test_html_in_markdown(text: str, parts: list[str]) -> None:
    assert read(text) == parts


def test_a_paragraph_of_any_length_is_parsed() -> None:
    text = "one [two](not/this.md) *three* `not`\n" * 3_000
    pieces = read_markdown(text)
    assert of_kind(text, pieces, Kind.PROSE) == ["one", "two", "three"] * 3_000
    assert sum(p.kind is Kind.BOUNDARY for p in pieces) == 1


@pytest.mark.parametrize("unit", ["_![", "![*", "*![", "[[", "> ", "- ", "<div>\n"])
def test_what_hung_the_former_parser_is_read(unit: str) -> None:
    text = unit * 20_000 + "\n\none\n"
    assert read(text)[-1].endswith("one")


def test_threads_may_read_at_the_same_time() -> None:
    texts = [f"one {n} *two* é\n\n" * 200 for n in range(8)]
    sequential = [read_markdown(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read_markdown, texts)) == sequential
