"""What every engine must do, and what each does in its own way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from despin.errors import InputError
from despin.trace.index_place import DESCRIPTION, create_index, open_index
from despin.trace.indexing import index_documents, remove_missing
from despin.trace.search_index import Document, SearchIndex

sys.path.insert(0, str(Path(__file__).parent))
from opensearch_stand_in import running_server

pytest.importorskip("tantivy")

DOCUMENTS = [
    Document("a/one.txt", "The ferry Corrigan ran aground off Averley's bar."),
    Document("a/two.txt", "A new ferry, and an old ferry."),
    Document("rows.jsonl:3", "Nothing of boats; 2,300 people."),
]


@pytest.fixture(params=["tantivy", "OpenSearch (stand-in)"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an index may be made."""
    if request.param == "tantivy":
        yield str(tmp_path / "index")
        return
    pytest.importorskip("opensearchpy")
    with running_server() as server:
        yield server.url


@pytest.fixture
def index(place: str) -> Iterator[SearchIndex]:
    """An index with the documents."""
    opened = create_index(place)
    opened.put(DOCUMENTS)
    opened.commit()
    yield opened
    opened.close()


def test_documents_are_found_by_weighed_terms(index: SearchIndex) -> None:
    assert index.count() == 3
    assert sorted(index.ids()) == sorted(d.id for d in DOCUMENTS)
    hits = index.search({"ferry": 1.0, "2": 0.0001}, 10)
    assert hits[0].id == "a/two.txt"
    assert index.search({"ferry": 0.0001, "300": 1.0}, 10)[0].id == "rows.jsonl:3"
    assert [hit.id for hit in index.search({"ferry": 1.0, "averley": 3.0}, 1)] == ["a/one.txt"]
    assert hits[0].text == DOCUMENTS[1].text
    assert index.search({"none": 1.0}, 10) == index.search({}, 10) == []
    assert index.document_frequencies(["ferry", "s", "none", "2"]) == [2, 1, 0, 1]


def test_pairs_of_neighbours_are_found(index: SearchIndex) -> None:
    assert index.document_frequencies(["old_ferry", "averley_s", "2_300", "ferry_old"]) == [1, 1, 1, 0]
    assert [hit.id for hit in index.search({"ran_aground": 1.0, "nothing_here": 9.0}, 5)] == ["a/one.txt"]


def test_only_what_is_new_or_changed_is_added(index: SearchIndex) -> None:
    changed = DOCUMENTS[0]._replace(text="Another text about a lighthouse.")
    new = Document("new.txt", "new")
    assert index.known([*DOCUMENTS, changed, new]) == [True, True, True, False, False]
    counts = index_documents(index, [changed, *DOCUMENTS[1:], new])
    assert (counts.added, counts.unchanged) == (2, 2)
    assert index.count() == 4
    assert [hit.id for hit in index.search({"lighthouse": 1.0}, 5)] == ["a/one.txt"]
    assert index.search({"corrigan": 1.0}, 5) == []


def test_what_is_missing_is_removed_when_asked_for(index: SearchIndex) -> None:
    assert remove_missing(index, {"a/one.txt"}) == 2
    assert list(index.ids()) == ["a/one.txt"]
    assert index.count() == 1
    assert remove_missing(index, {"a/one.txt"}) == 0


def test_what_was_committed_is_there_for_the_next_process(place: str, index: SearchIndex) -> None:
    again = open_index(place)
    assert again.count() == 3
    assert again.known(DOCUMENTS) == [True] * 3
    again.close()


def test_there_is_no_index_before_one_was_made(place: str) -> None:
    with pytest.raises(InputError, match="no index; to make one: despin index COLLECTION --out "):
        open_index(place)


def test_two_processes_may_not_write_at_once(tmp_path: Path) -> None:
    first, second = create_index(str(tmp_path / "i")), create_index(str(tmp_path / "i"))
    first.put(DOCUMENTS)
    with pytest.raises(InputError, match="another process is writing"):
        second.put(DOCUMENTS)
    first.close()


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is no index and not empty"):
        create_index(str(tmp_path))
    with pytest.raises(InputError, match="is no index and not empty"):
        create_index(str(tmp_path / "thesis.txt"))
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("content", ["", "[]", '{"version": 99}'])
def test_a_description_that_cannot_be_read_is_one_line(tmp_path: Path, content: str) -> None:
    create_index(str(tmp_path / "i")).close()
    (tmp_path / "i" / DESCRIPTION).write_text(content)
    for opener in (create_index, open_index):
        with pytest.raises(InputError, match="index again"):
            opener(str(tmp_path / "i"))


def test_damaged_files_of_the_engine_are_one_line(tmp_path: Path) -> None:
    create_index(str(tmp_path / "i")).close()
    (tmp_path / "i" / "tantivy" / "meta.json").write_text("{")
    with pytest.raises(InputError, match="not an index that this version can read"):
        open_index(str(tmp_path / "i"))


def test_a_server_that_is_not_there_or_has_no_name_is_one_line() -> None:
    pytest.importorskip("opensearchpy")
    for address, message in (
        ("http://127.0.0.1:9/texts", "127.0.0.1:9/texts: the server did not do it"),
        ("http://127.0.0.1:9/", "give the index as http://HOST:PORT/NAME"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            open_index(address)
        assert "\n" not in str(caught.value)


def test_what_a_server_is_sent() -> None:
    """The requests, as the documentation of OpenSearch gives them."""
    pytest.importorskip("opensearchpy")
    with running_server() as server:
        index = create_index(server.url.replace("//", "//me:se%20cret@"))
        index.put(DOCUMENTS[:1])
        index.commit()
        index.search({"ferry": 0.5}, 7)
        index.close()
        sent = [(method, path) for method, path, _ in server.requests]
        assert sent[:2] == [("HEAD", "/texts"), ("PUT", "/texts")]
        assert ("POST", "/_bulk") in sent and ("POST", "/texts/_refresh") in sent
        body = json.loads(server.requests[-1][2])
        assert body["size"] == 7
        assert body["query"]["bool"]["should"] == [{"term": {"text": {"value": "ferry", "boost": 0.5}}}]
        action, source = server.requests[2][2].splitlines()
        assert json.loads(action)["index"]["_index"] == "texts"
        assert json.loads(source)["id"] == "a/one.txt"


def test_an_index_without_its_files_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    create_index(str(tmp_path / "i")).close()
    (tmp_path / "i" / "tantivy" / "meta.json").unlink()
    with pytest.raises(InputError, match="damaged, files are missing; delete the folder and index again"):
        open_index(str(tmp_path / "i"))


@pytest.mark.parametrize("suffix", [".term", ".fast", ".idx", ".store"])
def test_damage_inside_of_the_engines_files_is_an_input_error(tmp_path: Path, suffix: str) -> None:
    opened = create_index(str(tmp_path / "i"), threads=1)
    opened.put(DOCUMENTS)
    opened.commit()
    opened.close()
    (file,) = (tmp_path / "i" / "tantivy").glob(f"*{suffix}")
    content = file.read_bytes()
    damaged = content.index(b'{"version"')  # tantivy's footer, which stays
    file.write_bytes(b"\xff" * damaged + content[damaged:])
    with pytest.raises(InputError, match="if it is damaged, delete the folder and index again"):
        for opener in (open_index, create_index):
            index = opener(str(tmp_path / "i"))
            index.search({"ferry": 1.0}, 5)
            index.known(DOCUMENTS)
            list(index.ids())


@pytest.mark.parametrize(
    "place",
    [
        "",
        "ftp://user:secret@host/x",
        "http://user:secret@[host/x",
        "http://secret@host:99999/x",
        "HTTPS://h/x?secret=1",
    ],
)
@pytest.mark.parametrize("opener", [create_index, open_index])
def test_an_address_that_is_none_is_one_line_and_no_secret(
    place: str, opener: Callable[..., SearchIndex]
) -> None:
    pytest.importorskip("opensearchpy")
    with pytest.raises(InputError, match="HOST:PORT/NAME") as caught:
        opener(place)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("answer", [b"{}", b"[1]", b'{"count": "many", "docs": 5, "hits": []}', b"<html>"])
def test_a_server_of_another_kind_is_one_line(answer: bytes) -> None:
    pytest.importorskip("opensearchpy")

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_POST = do_PUT = do_HEAD = do_GET

        def log_message(self, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        index = open_index(f"http://127.0.0.1:{server.server_port}/texts")
        for ask in (
            index.count,
            lambda: index.known(DOCUMENTS),
            lambda: index.put(DOCUMENTS),
            lambda: index.document_frequencies(["ferry"]),
            lambda: index.search({"ferry": 1.0}, 5),
            lambda: list(index.ids()),
        ):
            with pytest.raises(InputError, match="/texts: ") as caught:
                ask()
            assert "\n" not in str(caught.value)
        index.close()
        server.shutdown()
