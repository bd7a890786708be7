"""The artifact store: values by the digest of their bytes, in a folder or at an fsspec URL."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flowyml import storage
from flowyml.storage import Reference
from flowyml.storage.files import (
    Dump,
    is_remote,
    normal_url,
    read,
    reading,
    remove,
    sweep,
    write,
    write_file,
)
from flowyml.storage.serializers import (
    CHUNK,
    SMALL,
    Blob,
    Serializer,
    digest_of,
    digest_of_file,
    serializer_for,
    serializer_named,
)

if TYPE_CHECKING:
    from flowyml.storage import AssetInfo
    from flowyml.storage.seen import Seen


class ArtifactStore:
    """A place for the values that travel between steps.

    A value lies under `<2 hex>/<sha256><suffix>`, once, however often it is saved. Blobs appear
    whole or not at all, and are verified before they are loaded, so that threads, processes and
    machines can share a store, and a run that is killed leaves nothing half-written in it
    (docs/semantics.md §2.2, §4.5). Nothing is made on disk before the first save.

    Attributes:
        url: the store's folder, as an absolute path, or its fsspec URL.

    Example:
        >>> store = ArtifactStore("memory://artifacts")
        >>> store.load(store.save("sizes", [1, 2]))
        [1, 2]
    """

    def __init__(self, url: str | os.PathLike[str]) -> None:
        self.url = normal_url(os.fspath(url))

    def __repr__(self) -> str:
        return f"ArtifactStore({self.url!r})"

    def save(self, name: str, value: Any) -> Reference:
        """Store a value.

        Args:
            name: what errors call it, for example the output's name; it has no other meaning.
            value: anything that a serializer takes; an asset's data and facts are kept apart.

        Raises:
            UnserializableError: no serializer can store it; says which part, and what to do.
            StoreError: the store cannot be written: a full disk, a read-only folder.
        """
        return _save(f"output '{name}'", value, self.url, self._write)

    def load(self, reference: Reference) -> Any:
        """Give the data behind a reference, from this store or another; see `load_value`."""
        return load_value(reference)

    def find(self, reference: Reference) -> Reference | None:
        """Give the reference to the same value in this store, if it is here and intact.

        It is checked as `check_value` does; a broken one is removed, so that the next save makes it
        whole.

        Raises:
            OSError: the store cannot be reached or read.
            UsageError: the format is of a serializer that is not registered here.
        """
        place = _place(reference.digest, serializer_named(reference.format).suffix)
        here = reference.at(f"{self.url}/{place}")
        try:
            _check(here)
        except storage.MissingBlobError:
            return None
        except storage.CorruptBlobError:
            remove(self.url, place)
            return None
        return here

    def take(self, reference: Reference) -> Reference:
        """Copy a stored value from wherever it is into this store, verified on the way.

        Raises:
            MissingBlobError: the bytes are not there.
            CorruptBlobError: they are not the ones that were written.
            StoreError: one of the two places cannot be reached.
            OSError: this store refuses.
        """
        suffix = serializer_named(reference.format).suffix
        return _copied(reference, lambda dump: self._write(dump, suffix))

    def sweep(self) -> None:
        """Remove what writers that were killed left half-written; those at work are not disturbed.

        It does what it can, and only in a folder of this machine: nothing is left half-written at
        a URL of an object store.
        """
        sweep(self.url)

    def _write(self, dump: Dump, suffix: str) -> Blob:
        return write(dump, self.url, lambda digest: _place(digest, suffix))


def load_value(reference: Reference) -> Any:
    """Give the data behind a reference; its URI says where that is.

    Raises:
        MissingBlobError: the bytes are not there.
        CorruptBlobError: they are not the ones that were written.
        UnloadableError: this Python cannot rebuild the value.
        StoreError: the place cannot be read.
        UsageError: the format is of a serializer that is not registered here.
    """
    serializer = serializer_named(reference.format)
    with contextlib.ExitStack() as opened:
        return serializer.load(_open_verified(reference, opened))


def check_value(reference: Reference) -> None:
    """Check that the bytes behind a reference are those that were written, without loading them.

    At a URL it is only checked that there are as many: all would have to be fetched. They are
    verified when they are loaded.

    Raises:
        MissingBlobError: the bytes are not there.
        CorruptBlobError: they are not the ones that were written.
        StoreError: the place cannot be read.
    """
    _check(reference.at(normal_url(reference.uri)))


def _check(reference: Reference) -> None:
    if is_remote(reference.uri):
        from flowyml.storage.remote_files import size_of_url

        with _clear_errors(reference):
            size = size_of_url(reference.uri)
        if size != reference.size:
            raise _corrupt(reference, f"it has {size} bytes, the reference says {reference.size}")
    elif reference.size > SMALL:
        with contextlib.ExitStack() as opened:
            _open_verified(reference, opened)
    else:
        with _clear_errors(reference):
            found = _digests().once(reference.uri)
        _compare(reference, found)


@functools.cache
def _digests() -> Seen[str]:
    """Give what remembers the digests of small files; only the cache asks for them."""
    from flowyml.storage.seen import Seen

    return Seen(lambda path: hashlib.sha256(read(path)).hexdigest())


def refer_to(value: Any) -> Reference:
    """Give the reference that a value would have if it were stored; its URI is empty.

    Raises:
        UnserializableError: no serializer can store it.
    """

    def sized(dump: Dump, _: str) -> Blob:
        return Blob(digest=digest_of(cast("Any", dump)), size=0, uri="")

    return _save("the value", value, "", sized)


def load_asset(reference: Reference) -> Any:
    """Give what was saved: the asset, or the data if it was saved bare.

    Raises:
        UnloadableError: the asset's class is not here; for more see `load_value`.
    """
    from flowyml.storage.assets import restore_asset

    return restore_asset(load_value(reference), reference)


def write_value(value: Any, path: str | os.PathLike[str]) -> Reference:
    """Write a value to a file of the given name, whole or not at all; read it with `load_value`.

    It is for places where someone else chooses the file, as Kubeflow's launcher does.

    Raises:
        UnserializableError: no serializer can store the value.
        StoreError: the file cannot be written.
    """
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100

    def write(dump: Dump, _: str) -> Blob:
        return write_file(dump, folder, lambda _: name)

    return _save(f"the value for '{name}'", value, folder, write)


def copy_value(reference: Reference, path: str | os.PathLike[str]) -> Reference:
    """Copy a stored value to a file of the given name, as `write_value` writes one.

    Raises:
        MissingBlobError: the bytes are not there.
        CorruptBlobError: they are not the ones that were written.
        StoreError: the place cannot be read.
        OSError: the file cannot be written.
    """
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
    return _copied(reference, lambda dump: write_file(dump, folder, lambda _: name))


def _copied(reference: Reference, write: Callable[[Dump], Blob]) -> Reference:
    with contextlib.ExitStack() as opened:
        file = _open_verified(reference, opened)
        blob = write(lambda target: shutil.copyfileobj(file, target, CHUNK))
    return reference.at(blob.uri)


def _save(what: str, value: Any, place: str, write: Callable[[Dump, str], Blob]) -> Reference:
    try:
        data, asset = _taken_apart(value)
        serializer = serializer_for(data)
        blob = write(functools.partial(serializer.dump, data), serializer.suffix)
    except storage.UnserializableError as error:
        raise storage.UnserializableError(f"{what} cannot be stored: {error}") from error
    except storage.StoreError:
        raise
    except OSError as error:
        from flowyml.storage.errors import remedy

        hint = remedy(error, "keep artifacts elsewhere")
        raise storage.StoreError(f"{what} cannot be stored in {place}: {error}; {hint}") from error
    return Reference(
        uri=blob.uri,
        digest=blob.digest,
        format=serializer.name,
        size=blob.size,
        asset=asset,
        content=_content(serializer, data),
    )


def _taken_apart(value: object) -> tuple[Any, AssetInfo | None]:
    if not hasattr(type(value), "__flowyml_asset__"):  # most values are bare
        return value, None
    from flowyml.storage.assets import take_apart

    return take_apart(value)


def _content(serializer: Serializer, data: Any) -> str:
    """Ask a serializer that has an opinion of its own on when contents are the same."""
    own = type(serializer).content_digest is not Serializer.content_digest
    return serializer.content_digest(data) if own else ""


def _place(digest: str, suffix: str) -> str:
    return f"{digest[:2]}/{digest}{suffix}"


def _open_verified(reference: Reference, opened: contextlib.ExitStack) -> BinaryIO:
    with _clear_errors(reference):
        file = opened.enter_context(reading(normal_url(reference.uri), reference.size))
        found = digest_of_file(file)
    _compare(reference, found)
    file.seek(0)
    return file


def _compare(reference: Reference, found: str) -> None:
    if found != reference.digest:
        raise _corrupt(reference, f"its sha256 is {found}, the reference says {reference.digest}")


@contextlib.contextmanager
def _clear_errors(reference: Reference) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise storage.MissingBlobError(
            f"the stored value {reference.uri} is gone; run the step that made it again"
        ) from error
    except storage.StoreError:
        raise
    except OSError as error:
        raise storage.StoreError(
            f"the stored value {reference.uri} cannot be read: {error}"
        ) from error


def _corrupt(reference: Reference, why: str) -> storage.CorruptBlobError:
    return storage.CorruptBlobError(
        f"the stored value {reference.uri} is not what was written ({why}); run the step that "
        "made it again"
    )
