"""HTML: what is prose, what is read otherwise, and what is left alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from despin.infer.text.formats.html import read_html
from despin.infer.text.pieces import Kind

sys.path.insert(0, str(Path(__file__).parent))
from piece_text import of_kind, paragraphs, shown


def prose(page: str) -> list[str]:
    return of_kind(page, read_html(page), Kind.PROSE)


def fixed(page: str) -> list[str]:
    return of_kind(page, read_html(page), Kind.FIXED)


def read(page: str) -> list[str]:
    return paragraphs(page, read_html(page))


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<p>one <b>two</b> three</p>", ["one", "two", "three"]),
        ('<a href="x" title="not this">one</a>', ["one"]),
        ("<pre>not <i>this</i></pre>one<code>nor this</code>", ["one"]),
        ("<script>not(this)</script>one<style>p {}</style>", ["one"]),
        ("<!-- not this -->one", ["one"]),
        ("one &amp; two", ["one", "two"]),
        ("<P>one<BR>two", ["one", "two"]),
        ("<!DOCTYPE html><title>é one</title>", ["é one"]),
        ("<p>one</i> two", ["one", "two"]),
    ],
)
def test_what_is_prose_in_a_page(page: str, parts: list[str]) -> None:
    assert prose(page) == parts


@pytest.mark.parametrize(
    "page",
    [
        "<code>not this</code>one",
        "<kbd>not this</kbd>one",
        "<samp>not <b>this</b></samp>one",
        "<var>not this</var>one",
        "<tt>not this</tt>one",
        "<listing>not this</listing>one",
        "<xmp><b>not this</b></xmp>one",
        "<textarea>not this</textarea>one",
        "<iframe><p>not this</iframe>one",
        "<noembed>not this</noembed>one",
        "<noframes>not this</noframes>one",
        "<template><p>not this</p></template>one",
        "<svg><text>not this</text></svg>one",
        "<svg><title>not this</title></svg>one",
        "<svg><style>a > b {}</style><foreignObject><p>not this</p></foreignObject></svg>one",
        "<math><mi>not</mi></math>one",
        "one<plaintext>not <b>this</b>",
        "<script>if (a < b) { not(this) }</script>one",
        "<script><!-- <script> not </script> this --></script>one",
        "<script>not this</SCRIPT >one",
        "<textarea></textareas> not this</textarea>one",
        "<guid>not-this</guid>one",
        "<link>https://not.example/this</link>one",
    ],
)
def test_what_is_not_read(page: str) -> None:
    assert read(page) == ["one"]


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<noscript>one</noscript>two", ["one", "two"]),
        ("<button>one</button>", ["one"]),
        ("<title>one <b> two</title>three", ["one two", "three"]),
        ("<title>one <script> two</title>three", ["one", "three"]),
        ("<title>one, all of it", ["one, all of it"]),
        ('<select><option value="1">one<option value="2">two</select>', ["one", "two"]),
    ],
)
def test_what_is_read(page: str, parts: list[str]) -> None:
    assert read(page) == parts
    assert fixed(page) == []


def test_an_option_without_a_value_is_what_the_form_sends() -> None:
    assert fixed("<datalist><option>final yr<option>prior yr</datalist>one") == ["final yr", "prior yr"]


@pytest.mark.parametrize(
    ("page", "parts", "words"),
    [
        ('<span translate="no">not this</span> one', ["one"], ["not this"]),
        ('<b class="x notranslate y">not this</b> one', ["one"], ["not this"]),
        ("<p translate=no>not this<p>one", ["one"], ["not this"]),
        ("<ul><li class=notranslate>not this<li>one</ul>two", ["one", "two"], ["not this"]),
        ("<div translate=no><p>not</p><p>this</div>one", ["one"], ["not", "this"]),
        ('<div translate="NO">not <i translate="yes">one</i> this</div>', ["one"], ["not", "this"]),
        ("<b translate=no>not <b>this</b> either</b> one", ["one"], ["not", "this", "either"]),
        ('<html translate="no"><body>not this</body></html>', [], ["not this"]),
        ("<p translate=no>d&#8217;Or</p>one", ["one"], ["d", "&#8217;", "Or"]),
        ('<p class="notranslated">one</p>', ["one"], []),
    ],
)
def test_what_is_not_to_be_translated_is_fixed(page: str, parts: list[str], words: list[str]) -> None:
    assert prose(page) == parts
    assert fixed(page) == words


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<p><code>not this<p>nor this</code>one", ["one"]),  # as browsers read it
        ("<p><kbd>not this</p>one", ["one"]),
        ("<div><pre>not this</div>one", ["one"]),
        ("<table><td><code>not this<td>one</table>two", ["one", "two"]),
        ("<code>not <b>this</code> one</b>", ["one"]),
        ("<b><code>not</b> this</code>one", ["one"]),
        ("</code></pre>one", ["one"]),
        ("<svg><path>not this<p>one", ["one"]),
        ("<span><var>not this</span>one", ["one"]),
        ("<ul><li><kbd>not this<li>one</ul>", ["one"]),
        ("<dl><dt><samp>not this<dd>one</dl>", ["one"]),
        ("<h2><tt>not this</tt></h3>one", ["one"]),
    ],
)
def test_code_that_is_not_closed_or_badly_nested(page: str, parts: list[str]) -> None:
    assert read(page) == parts


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("don&#8217;t", "don’t"),
        ("can&rsquo;t &#x201C;go&rdquo;", "can’t “go”"),
        ("AT&T, R&D &amp; more", "AT&T, R&D & more"),
        ("caf&eacute;s &euro5", "cafés &euro5"),
        ("10&nbsp;percent", "10\u00a0percent"),
        ("play&shy;ground down&#173;town", "playground downtown"),
        ("a&zwj;b &lrm;c", "ab c"),
        ("play<b>ground</b>", "playground"),
        ("down<wbr>town", "downtown"),
        ("down<!-- x -->town", "downtown"),
        ("un<span class='a > b'>stated</span>", "unstated"),
        ("one<br>two<img src=x>three", "one two three"),
        ("one <code>x</code> two", "one   two"),
        ("final yr<sup>1</sup>, prior yr<sup><a href='#n2'>[2]</a></sup>.", "final yr, prior yr."),
        ("the 1<sup>st</sup>, 10<sup>6</sup>", "the 1st, 106"),
    ],
)
def test_words_read_across_inline_tags_and_entities(page: str, text: str) -> None:
    assert shown(page, read_html(page)) == text


def test_entities_are_pieces_of_their_own_so_that_they_stay() -> None:
    page = "don&#8217;t play&shy;ground"
    kinds = [(page[p.start : p.end], p.kind) for p in read_html(page)]
    assert kinds == [
        ("don", Kind.PROSE),
        ("&#8217;", Kind.CHARACTER),
        ("t play", Kind.PROSE),
        ("&shy;", Kind.HIDDEN),
        ("ground", Kind.PROSE),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "With p < 0.05, one",
        "a <- b, c <= d, e << f",
        "I <3 you",
        "1 < 2 > 0 &lt; 3",
        "{ one } and {two}",
        "<",
        "a &",
    ],
)
def test_a_bare_sign_is_text(page: str) -> None:
    assert read(page) == [page.replace("&lt;", "<")]


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<a title='x > not this' href=y>one</a>", ["one"]),
        ("<a title=\"not > this\"data-x='>not'>one</a>", ["one"]),
        ("<a title= not>one", ["one"]),
        ("<a title=not'this\">one", ["one"]),
        ('<a "not this>one', ["one"]),
        ("<br/>one<hr / >two", ["one", "two"]),
        ("<a {% if a > b %}class=x{% endif %} href={{ not > this }}>one</a>", ["one"]),
        ("one </ not this> two </> three", ["one two three"]),
        ("one <!not this> two <!-- not --!> three <!--> four <!---> five", ["one two three four five"]),
        ("one <!-- not -- > this --> two", ["one two"]),
        ("one <?xml-stylesheet not?> two <?php if ($a->b) { not(this) } ?> three", ["one two three"]),
        ("<!--[if IE]><p>not this</p><![endif]-->one<![if !IE]>two<![endif]>", ["onetwo"]),
    ],
)
def test_tags_and_comments_end_where_the_standard_says(page: str, parts: list[str]) -> None:
    assert read(page) == parts


@pytest.mark.parametrize(
    "rest", ["<!-- not", "<script> not", "<a href='not", "<a not", "<svg> not", "</ not"]
)
def test_what_is_never_closed_is_left_alone_to_the_end(rest: str) -> None:
    page = f"<p>one</p>{rest} this <b"
    assert read(page) == ["one"]


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("&lt;b&gt;one two&lt;/b&gt;", ["one two"]),
        ("&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two &#60;code&#62;not&#60;/code&#62;", ["one", "two"]),
        ('&lt;a href="https://not.example/"&gt;one don&#8217;t&lt;/a&gt;', ["one don’t"]),
        ("&lt;a title=&quot;not &gt; this&quot;&gt;one&lt;/a&gt;", ["one"]),
        ("&amp;lt;i&amp;gt;one&amp;lt;/i&amp;gt; two", ["one two"]),
        ("&lt;p&gt;play&amp;shy;ground&lt;/p&gt;", ["playground"]),
        ("a &lt;b, then one", ["a <b, then one"]),
        ("<description><![CDATA[<p>one <code>not</code> two]]></description><p>three", ["one two", "three"]),
        ("<title><![CDATA[one]]></title><description>two</description>", ["one", "two"]),
    ],
)
def test_escaped_mark_up_of_feeds(page: str, parts: list[str]) -> None:
    assert read(page) == parts


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("one {{ page.not | this }} two {% if not this %}", ["one two"]),
        ("one {# not <b> this #} two <% not < this %> three ${not.this}", ["one two three"]),
        ("{% highlight ruby %} not <this {% endhighlight %} one", ["one"]),
        ("{% code %} one", ["one"]),
        ("{{{ not }}}one {{ two", ["one {{ two"]),
        ("one \\(not_this\\) two \\[ not \\] three $$ not $$", ["one two three"]),
        ("<p>one $$ two</p><p>three $$ four</p>", ["one $$ two", "three $$ four"]),
    ],
)
def test_templates_and_formulas_are_not_prose(page: str, parts: list[str]) -> None:
    assert read(page) == parts


def test_a_paragraph_continues_over_inline_tags_and_line_ends_and_ends_at_a_block() -> None:
    assert read("<p>one <b>two</b>\n   three</p><p>four</p>") == ["one two three", "four"]
    page = "one\n  <i>two</i>\r\n\tthree"
    assert [page[p.start : p.end] for p in read_html(page) if p.kind is Kind.BREAK] == ["\n  ", "\r\n\t"]


@pytest.mark.parametrize("unit", ["<p>\n", "<div>", "<b a='<'>", "<li><span>", "<table><td>"])
def test_unclosed_elements_of_any_number_are_read_as_any_other(unit: str) -> None:
    page = f"<p>one</p>{unit * 10_000}<kbd>not this</kbd> two"
    assert read(page) == ["one", "two"]


def test_threads_may_read_at_the_same_time() -> None:
    pages = [f"<p>one {n} <b>two</b></p>\n" * 200 for n in range(8)]
    sequential = [read_html(page) for page in pages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read_html, pages)) == sequential
