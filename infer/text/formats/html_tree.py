"""Which HTML elements are open, and what that means for the text inside them.

A small part of the standard's tree construction (section 13.2.6): the elements that a tag closes, by name,
by an omitted end tag or with their parent. Each tag takes constant time, amortised, at any depth.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from despin.infer.text.formats import html_elements as elements
from despin.infer.text.formats.html_tags import Tag

FRAGMENT = "#fragment"
"""A pseudo-element: what is left open inside is closed with it."""


@dataclass
class _Element:
    name: str
    serial: int
    is_code: bool
    is_open: bool = True


class OpenElements:
    """The open elements of a page, or of a fragment of one."""

    def __init__(self) -> None:
        self._stack: list[_Element] = []
        self._positions: defaultdict[str, list[int]] = defaultdict(list)
        """Where in the stack the open elements of a name are."""
        self._groups: dict[frozenset[str], list[int]] = {
            group: [] for group in (elements.SPECIAL, elements.SCOPE, elements.FOREIGN, elements.INTEGRATION)
        }
        self._formatting: list[_Element] = []
        """Formatting elements in the order of their start tags, closed ones included until they are last."""
        self._formatting_by_name: defaultdict[str, list[_Element]] = defaultdict(list)
        self._code = 0
        self._translate: list[tuple[_Element, bool]] = []
        """The elements that say whether their text is to be translated; closed ones until they are last."""
        self._serial = 0
        self.raw: str | None = None
        """The open element whose content is no mark-up."""

    @property
    def in_code(self) -> bool:
        """Whether text here is not read."""
        return self._code > 0 or self.raw is not None

    @property
    def is_fixed(self) -> bool:
        """Whether text here is marked as not to be translated."""
        while self._translate and not self._translate[-1][0].is_open:
            self._translate.pop()
        return bool(self._translate) and not self._translate[-1][1]

    @property
    def in_foreign(self) -> bool:
        """Whether the innermost SVG or MathML element is open with no HTML inside it."""
        foreign, integration = self._groups[elements.FOREIGN], self._groups[elements.INTEGRATION]
        return bool(foreign) and _last(foreign) > _last(integration)

    def start(self, tag: Tag) -> None:
        """A start tag."""
        name = tag.name
        if self.in_foreign:
            if name not in elements.BREAKOUT:
                if not tag.is_self_closing:
                    self._push(tag)
                return
            while self.in_foreign:
                self._pop_to(_last(self._groups[elements.FOREIGN]))
        if name in elements.VOID and not (name == "link" and not tag.attributes):
            return
        if name in elements.CLOSES_P:
            self._close(frozenset(["p"]), max(self._scope(), self._position("button")))
        if name in elements.IMPLIED_END:
            closes, barriers = elements.IMPLIED_END[name]
            self._close(closes, max((self._position(n) for n in barriers), default=-1))
        if name in ("html", "body") and self._positions[name]:
            return
        if name in elements.FORMATTING:
            element = self._open(tag)
            self._formatting.append(element)
            self._formatting_by_name[name].append(element)
        else:
            self._push(tag)

    def end(self, name: str) -> None:
        """An end tag; one that closes nothing is passed over."""
        if name in elements.FORMATTING:
            listed = self._formatting_by_name[name]
            if listed:
                self._shut(listed.pop())
            while self._formatting and not self._formatting[-1].is_open:
                self._formatting.pop()
        elif name in elements.HEADINGS:
            self._close(elements.HEADINGS, self._scope())
        elif name in elements.TABLE_PARTS:
            barrier = self._position("template") if name == "table" else self._position("table")
            self._close(frozenset([name]), barrier)
        elif name in elements.SCOPE or name in (FRAGMENT, *elements.FOREIGN):
            self._close(frozenset([name]), -1)
        elif name in elements.SPECIAL or name in elements.FEED:
            self._close(frozenset([name]), self._scope())
        else:
            self._close(frozenset([name]), _last(self._groups[elements.SPECIAL]))

    def open_fragment(self) -> None:
        """Open a pseudo-element that ends what is left open inside it."""
        self._push(Tag(FRAGMENT, 0))

    def close_fragment(self) -> None:
        """Close the innermost pseudo-element, if it is open still."""
        self.end(FRAGMENT)

    def _scope(self) -> int:
        """The position of the innermost element that the end of a block inside it does not reach across."""
        return max(_last(self._groups[elements.SCOPE]), _last(self._groups[elements.INTEGRATION]))

    def _position(self, name: str) -> int:
        positions = self._positions.get(name)
        return positions[-1] if positions else -1

    def _close(self, names: frozenset[str], barrier: int) -> None:
        """Close the innermost element of these names, unless it is open outside the barrier."""
        position = max(self._position(name) for name in names)
        if position > barrier:
            self._pop_to(position)

    def _open(self, tag: Tag) -> _Element:
        self._serial += 1
        name, attributes = tag.name, tag.attributes
        is_code = name in elements.CODE or name in ("guid", "link")
        element = _Element(name, self._serial, is_code)
        self._code += is_code
        translate = attributes.get("translate", "?").lower()
        if "notranslate" in attributes.get("class", "").lower().split() or translate == "no":
            self._translate.append((element, False))
        elif name == "option" and "value" not in attributes:
            self._translate.append((element, False))  # its text is the value that the form sends
        elif translate in ("yes", ""):
            self._translate.append((element, True))
        return element

    def _push(self, tag: Tag) -> None:
        element = self._open(tag)
        position = len(self._stack)
        self._stack.append(element)
        self._positions[tag.name].append(position)
        for group, positions in self._groups.items():
            if tag.name in group:
                positions.append(position)

    def _pop_to(self, position: int) -> None:
        """Close the element at a position of the stack and all that are open inside it."""
        while len(self._stack) > position:
            element = self._stack.pop()
            self._positions[element.name].pop()
            for positions in self._groups.values():
                if positions and positions[-1] == len(self._stack):
                    positions.pop()
            if element.name == self.raw:
                self.raw = None
            self._shut(element)
            if element.name in elements.MARKERS or element.name == FRAGMENT:
                self._drop_formatting(element.serial)

    def _shut(self, element: _Element) -> None:
        element.is_open = False
        self._code -= element.is_code

    def _drop_formatting(self, serial: int) -> None:
        """Close the formatting elements that were opened after the element of a serial number."""
        while self._formatting and self._formatting[-1].serial > serial:
            element = self._formatting.pop()
            if element.is_open:
                self._formatting_by_name[element.name].pop()
                self._shut(element)


def _last(positions: list[int]) -> int:
    return positions[-1] if positions else -1
