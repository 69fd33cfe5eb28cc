"""What each HTML element is to the reader of its text."""

from __future__ import annotations


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


VOID = _names("area base br col embed hr img input keygen link meta param source track wbr basefont bgsound")
RAW = _names("script style xmp iframe noembed noframes textarea")
"""Their content is no mark-up, and is not read."""
CODE = RAW | _names("pre listing code kbd samp var tt template svg math")
"""Their content is not read; ``guid`` and a ``link`` without attributes, in feeds, hold addresses."""
FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
"""Closed by their own end tags only: a block's end does not close them."""
FOREIGN = _names("svg math")
INTEGRATION = _names("foreignobject desc title annotation-xml mi mo mn ms mtext")
"""In SVG and MathML: elements with HTML in them."""
FEED = _names(
    "rss channel item feed entry description content content:encoded guid pubdate media:description"
)
FEED |= _names("itunes:summary itunes:title media:title rdf:rdf dc:title dc:description lastbuilddate")
BLOCKS = FEED | _names(
    "address article aside blockquote body caption center col colgroup datalist dd details dialog dir div dl "
    "dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "legend li listing main menu nav noframes noscript ol optgroup option p plaintext pre search section "
    "select summary table tbody td template textarea tfoot th thead title tr ul xmp"
)
"""A paragraph ends where one of their tags stands."""
SPACED = _names(
    "applet audio br button canvas embed iframe img input keygen label math meter noembed object output "
    "progress rp rt svg video"
)
"""Inline elements whose tags part the words on both sides."""
SPECIAL = (BLOCKS - FEED) | _names("applet button iframe img input marquee object script style svg math")
"""Elements that an inline element's end tag does not reach across ("special" in the standard)."""
SCOPE = _names("applet caption html marquee object table td template th")
"""Elements that the end tag of a block inside does not reach across."""
TABLE_PARTS = _names("caption colgroup table tbody td tfoot th thead tr")
MARKERS = _names("applet caption marquee object td template th")
"""Formatting that begins inside one of them ends with it."""
CLOSES_P = _names(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext pre search "
    "section summary table ul xmp"
)
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
IMPLIED_END: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (_names("li"), _names("ol ul menu dir")),
    "dt": (_names("dt dd"), _names("dl")),
    "dd": (_names("dt dd"), _names("dl")),
    "option": (_names("option"), _names("select datalist optgroup")),
    "optgroup": (_names("option optgroup"), _names("select")),
    "tr": (_names("tr td th"), _names("table")),
    "td": (_names("td th"), _names("table tr")),
    "th": (_names("td th"), _names("table tr")),
    "thead": (_names("thead tbody tfoot caption colgroup"), _names("table")),
    "tbody": (_names("thead tbody tfoot caption colgroup"), _names("table")),
    "tfoot": (_names("thead tbody tfoot caption colgroup"), _names("table")),
    "rt": (_names("rt rp"), _names("ruby")),
    "rp": (_names("rt rp"), _names("ruby")),
    "body": (_names("head"), frozenset()),
}
"""A start tag closes an open element of the first names, unless one of the second is open inside it."""
BREAKOUT = HEADINGS | _names(
    "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta nobr ol p "
    "pre ruby s small span strong strike sub sup table tt u ul var"
)
"""HTML elements whose start tag shows that an SVG or MathML element was not closed."""
