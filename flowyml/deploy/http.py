"""The HTTP API of a target: one place for what can go wrong on the way."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from flowyml.deploy.errors import RefusedError, UnauthorizedError, UnreachableError
from flowyml.diagnostics import UsageError
from flowyml.diagnostics.missing import Needs

if TYPE_CHECKING:
    import httpx

    from flowyml.stacks.stack import Secret, Stack

SECONDS = 60.0
"""To wait for one answer."""

_SHOWN = 600  # characters of a target's own words
_SENTENCES = ("detail", "error", "message", "error_message")
_BROKEN = frozenset({408, 429, 500, 502, 503, 504})

Credentials: TypeAlias = Callable[["Service"], Mapping[str, str]]
"""Gives the headers that say who asks; called first of all, and again when they are refused."""


class Said(dict[str, Any]):
    """An object of an answer's JSON: it says so if something is not in it that the API promises."""

    def __init__(self, found: Mapping[str, Any], refuse: Callable[[str], RefusedError]) -> None:
        super().__init__(found)
        self._refuse = refuse

    def __missing__(self, key: str) -> Any:
        """Say that whoever answered is somebody else.

        Raises:
            RefusedError: always.
        """
        raise self._refuse(f"no '{key}'")


class Service:
    """A target's API at one address.

    Args:
        name: what the target is called in messages: `Airflow`.
        url: the address that paths are put behind.
        credentials: who asks; None: nobody in particular.

    Raises:
        MissingPackageError: httpx is not installed, with the remedy.
    """

    def __init__(self, name: str, url: str, credentials: Credentials | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self._credentials = credentials
        self._headers: Mapping[str, str] | None = None
        self._client = _client(self.url)
        weakref.finalize(self, self._client.close)

    def get(self, path: str, **parameters: Any) -> Any:
        """Read what is at a path; raises what `send` raises."""
        return self.send("GET", path, **parameters)

    def send(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        """Ask, and give the JSON object of the answer; one without keys if it is empty.

        Args:
            method: `POST`, …
            path: behind the address, beginning with a slash, quoted.
            body: sent as JSON; None sends none.
            **parameters: of the query; None leaves one out.

        Raises:
            UnreachableError: nobody answers, or what answers is broken for now.
            UnauthorizedError: the credentials are not accepted, or do not suffice.
            RefusedError: it understood, and refused.
        """
        return self._json(self._allowed(method, path, parameters, json=body), f"{method} {path}")

    def upload(self, path: str, files: Mapping[str, tuple[str, bytes]], **parameters: Any) -> Any:
        """Send files as a form does, each by its field with a name and its content; see `send`."""
        return self._json(self._allowed("POST", path, parameters, files=files), f"POST {path}")

    def text(self, path: str) -> str:
        """Read what is at a path and is no JSON; raises what `send` raises."""
        return self._accepted(self._allowed("GET", path, {}), f"GET {path}").text

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask without credentials: what gives them is asked for so."""
        return self._json(self._raw(method, path, {}, {}, json=body), f"{method} {path}")

    def _allowed(
        self, method: str, path: str, parameters: Mapping[str, Any], **content: Any
    ) -> httpx.Response:
        """Ask as who we are, once more with new credentials if these are refused."""
        answer = self._sent(method, path, parameters, **content)
        if answer.status_code == 401 and self._credentials is not None:
            self._headers = None
            answer = self._sent(method, path, parameters, **content)
        return answer

    def _sent(
        self, method: str, path: str, parameters: Mapping[str, Any], **content: Any
    ) -> httpx.Response:
        if self._headers is None:
            self._headers = {} if self._credentials is None else self._credentials(self)
        return self._raw(method, path, parameters, self._headers, **content)

    def _raw(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, Any],
        headers: Mapping[str, str],
        **content: Any,
    ) -> httpx.Response:
        import httpx

        given = {key: value for key, value in parameters.items() if value is not None}
        try:
            return self._client.request(
                method,
                f"{self.url}{path}",
                params=given,
                headers={"Accept": "application/json", **headers},
                **content,
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise UsageError(f"'{self.url}' is no address of {self.name}: {error}") from None
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise UnreachableError(
                f"{self.name} at {self.url} does not answer: {why}; is it up, and is its url in "
                "the stack right?"
            ) from error

    def _accepted(self, answer: httpx.Response, asked: str) -> httpx.Response:
        status, said = answer.status_code, f"{words(answer)} ({answer.status_code})"
        if status == 401:
            raise UnauthorizedError(
                f"{self.name} at {self.url} does not accept the credentials of the stack: {said}"
            )
        if status == 403:
            raise UnauthorizedError(
                f"{self.name} at {self.url} refuses these credentials for {asked}: {said}"
            )
        if status in _BROKEN:
            raise UnreachableError(f"{self.name} at {self.url} fails at {asked}: {said}")
        if not answer.is_success:
            raise RefusedError(
                f"{self.name} at {self.url} refuses {asked}: {said}",
                status=status,
                words=words(answer),
            )
        return answer

    def _json(self, answer: httpx.Response, asked: str) -> Said:
        self._accepted(answer, asked)

        def refuse(what: str) -> RefusedError:
            return RefusedError(
                f"what answers at {self.url} is not {self.name}: {asked} gives {what}; is its url "
                "in the stack right?",
                status=answer.status_code,
                words=words(answer),
            )

        def said(found: dict[str, Any]) -> Said:
            return Said(found, refuse)

        try:
            found: Any = answer.json(object_hook=said) if answer.content else None
        except (ValueError, RecursionError):
            raise refuse("no JSON") from None
        if found is None:
            return said({})
        if not isinstance(found, Said):
            raise refuse("no object of JSON")
        return found


def words(answer: httpx.Response) -> str:
    """Give what an answer says in its own words, shortened."""
    if answer.is_redirect:
        return f"it sends us to {answer.headers.get('location')}"
    try:
        said = _detail(answer.json())
    except ValueError:
        said = answer.text
    shown = " ".join(said.split()) or answer.reason_phrase
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …"


def bearer(stack: Stack, token: Secret) -> Mapping[str, str]:
    """Give the header of a token that a stack holds by reference.

    Raises:
        UsageError: it cannot be had.
    """
    return {"Authorization": f"Bearer {revealed(stack, token, 'token')}"}


def revealed(stack: Stack, secret: Secret, key: str) -> str:
    """Look a secret of a stack up.

    Raises:
        UsageError: it cannot be had, or can be in no header.
    """
    try:
        found = secret.reveal(stack.folder).strip()
    except UsageError as error:
        raise UsageError(f"{key} of the stack '{stack.name}': {error}") from None
    if not found.isascii() or not found.isprintable() or not found:
        raise UsageError(f"{key} of the stack '{stack.name}': {secret} holds no such thing")
    return found


def _detail(said: Any) -> str:
    """Find the sentence in an error: Airflow has `detail`, Kubeflow the others."""
    if isinstance(said, dict):
        given: dict[str, Any] = cast("Any", said)
        found = next((given[key] for key in _SENTENCES if given.get(key)), given)
        return _detail(found) if found is not given else json.dumps(given)
    return said if isinstance(said, str) else json.dumps(said)


def _client(url: str) -> httpx.Client:
    with Needs("httpx"):
        import httpx
    encrypted = url.startswith("https:")  # else certificates need not be read, which takes long
    return httpx.Client(timeout=SECONDS, verify=encrypted)
