"""DocuSign Connect, JSON SIM: what happened to envelopes is posted to the one address that is configured.

With acknowledgement, a status outside 200-299 or a time-out marks the configuration down: the message is tried again
after a while, later ones wait untried, and a success sends them all in order (vendors.md §4).
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence

from sandbox.docusign import shapes
from sandbox.docusign.flow import News
from sandbox.docusign.posting import must_be_loopback, post
from sandbox.docusign.store import Json, Store, stamp

log = logging.getLogger(__name__)

CONFIGURATION: Json = {
    "url": "",  # empty: nothing is told to anybody
    "keys": [],  # one signature header for each
    "acknowledge": True,
    "timeout": 100.0,  # seconds an answer may take
    "retry_after": 10.0,  # seconds, where DocuSign takes a day
    "delay": 0.0,  # seconds before a message leaves
    "duplicate": 0,  # more times each message is sent
    "reorder": False,  # of what waits together the newest goes first
    "wrong_key": False,  # signs with keys nobody knows
    "events": [],  # only these; empty: all
    "include": ["custom_fields", "recipients", "powerform"],
    "configuration_id": 10363315,
    "down": False,
}
MAX_TRIES = 10
TOGETHER = 0.4  # seconds that messages wait for each other when their order is to be turned
IDLE = 30.0


class Connect:
    """Messages are rows first; one thread sends them."""

    def __init__(self, store: Store, *, account: str) -> None:
        self.store, self.account = store, account
        self.wake = threading.Event()
        self.stopped = False

    def start(self) -> None:
        threading.Thread(target=self.run, name="docusign-connect", daemon=True).start()

    def stop(self) -> None:
        self.stopped = True
        self.wake.set()

    def configuration(self) -> Json:
        return self.store.value("connect", CONFIGURATION)

    def configure(self, **changes: object) -> Json:
        """ValueError with a sentence when the address is not on this machine."""
        unknown = sorted(set(changes) - set(CONFIGURATION))
        if unknown:
            message = f"Connect knows no {', '.join(unknown)}."
            raise ValueError(message)
        if changes.get("url"):
            must_be_loopback(str(changes["url"]))
        with self.store.changing():
            self.store.set_value("connect", {**self.configuration(), **changes})
        self.wake.set()
        return self.configuration()

    def tell(self, envelope: Json, news: Sequence[News]) -> None:
        """Queues the news, as the envelope is at this moment."""
        configuration = self.configuration()
        wanted = configuration["events"]
        due = time.time() + max(float(configuration["delay"]), TOGETHER if configuration["reorder"] else 0.0)
        with self.store.changing():  # together, so that they are due together and none leaves before its neighbours
            for one in news if configuration["url"] else ():
                if not wanted or one.event in wanted:
                    body = self.message(envelope, one, configuration)
                    for _copy in range(1 + int(configuration["duplicate"])):
                        self.queue(envelope["envelopeId"], one, body, due)
        self.wake.set()

    def message(self, envelope: Json, news: News, configuration: Json) -> Json:
        summary = shapes.envelope(envelope, include=configuration["include"])
        who = {"recipientId": news.recipient} if news.recipient else {}
        data = {"accountId": self.account, "userId": envelope["sender"]["userId"], "envelopeId": envelope["envelopeId"]}
        return {
            "event": news.event,
            "apiVersion": "v2.1",
            "uri": f"/restapi/v2.1/accounts/{self.account}/envelopes/{envelope['envelopeId']}",
            "retryCount": 0,
            "configurationId": configuration["configuration_id"],
            "generatedDateTime": stamp(),
            "data": {**data, **who, "envelopeSummary": summary},
        }

    def queue(self, envelope: str, news: News, body: Json, due: float) -> None:
        self.store.run(
            "INSERT INTO delivery (created, envelope, event, recipient, body, due) VALUES (?, ?, ?, ?, ?, ?)",
            [stamp(), envelope, news.event, news.recipient, json.dumps(body, ensure_ascii=False), due],
        )

    def again(self, delivery: int) -> bool:
        """Sends one message once more, whatever became of it."""
        return bool(self.asked("id = ?", delivery))

    def retry_queue(self, envelope: str) -> int:
        """What DocuSign's republishing does: everything of the envelope that did not arrive goes out now."""
        return self.asked("envelope = ? AND state <> 'delivered'", envelope)

    def asked(self, which: str, value: object) -> int:
        """Somebody wants it sent now, so the configuration is taken to be up."""
        with self.store.changing():
            sql = f"UPDATE delivery SET state = 'pending', tries = 0, due = ? WHERE {which}"  # noqa: S608 - our own words
            count = self.store.run(sql, [time.time(), value])
            self.store.set_value("connect", {**self.configuration(), "down": False})
        self.wake.set()
        return count

    def run(self) -> None:
        while not self.stopped:
            self.wake.clear()
            try:
                pause = self.step()
            except sqlite3.ProgrammingError:  # the store was closed under us
                return
            except Exception:
                log.exception("Connect failed")
                pause = 1.0
            if pause:
                self.wake.wait(pause)

    def step(self) -> float:
        """Sends one message, or says how long there is nothing to do."""
        configuration = self.configuration()
        found = self.next_message(configuration)
        if found is None or not configuration["url"]:
            return IDLE
        if found["due"] > time.time():
            return min(max(float(found["due"]) - time.time(), 0.001), IDLE)
        words = post(configuration, json.loads(found["body"]), tries=found["tries"])
        self.note(found, words, configuration)
        return 0.0

    def next_message(self, configuration: Json) -> sqlite3.Row | None:
        """While the configuration is down only the one that failed is tried."""
        if configuration["down"]:
            failed = "SELECT * FROM delivery WHERE state = 'pending' ORDER BY tries = 0, id LIMIT 1"
            return self.store.row(failed)
        if configuration["reorder"]:
            due = "SELECT * FROM delivery WHERE state = 'pending' AND due <= ? ORDER BY id DESC LIMIT 1"
            found = self.store.row(due, [time.time()])
            if found:
                return found
        order = "id" if configuration["acknowledge"] and not configuration["delay"] else "due, id"
        return self.store.row(f"SELECT * FROM delivery WHERE state = 'pending' ORDER BY {order} LIMIT 1")  # noqa: S608 - ours

    def note(self, found: sqlite3.Row, words: str, configuration: Json) -> None:
        """`words` say what went wrong; none: it arrived."""
        tries, keeps = found["tries"] + 1, bool(configuration["acknowledge"])
        state = "delivered" if not words else "pending" if keeps and tries <= MAX_TRIES else "failed"
        due = time.time() + float(configuration["retry_after"])
        with self.store.changing():
            kept = self.store.run(
                "UPDATE delivery SET state = ?, tries = ?, due = ?, words = ? WHERE id = ?",
                [state, tries, due if state == "pending" else found["due"], words, found["id"]],
            )
            down = keeps and bool(words)
            if kept and down != self.configuration()["down"]:
                self.store.set_value("connect", {**self.configuration(), "down": down})
