"""What a request wants and says, in its own words: pure, many mails in one table."""

from __future__ import annotations

from documents.papers import Source
from nfr import finding, reading, topics

TOPICS = (
    # English
    ("NFR licence", "We need a new NFR licence for our demos.", "new"),
    ("Request for an NFR", "", "new"),
    ("NFR renewal", "Our NFR licence expires on 12 Dec 2026, please renew it.", "renew"),
    ("NFR", "Our licence runs out next month. Can you extend the licence?", "renew"),
    ("NFR", "Our trial expires on Friday; we would like to get an NFR for the group.", "new"),
    ("NFR", "13 of 10 seats are in use.", "seats"),
    ("NFR renewal blocked", "Support says too many seats are used. How do we reduce the seats?", "seats"),
    ("Which version is our NFR?", "Is it Premium or Ultimate?", "version"),
    ("NFR", "How can I find out which plan we have?", "version"),
    ("NFR minutes", "We ran out of CI minutes.", "minutes"),
    ("NFR", "Could we get more compute minutes for the group?", "minutes"),
    ("NFR with more seats", "We need 50 for a training.", "exception"),
    ("NFR", "We want a second SaaS licence.", "exception"),
    # German, French, Spanish, Portuguese, Japanese
    ("NFR-Lizenz verlängern", "Unsere NFR-Lizenz läuft am 12.12.2026 ab.", "renew"),
    ("NFR-Lizenz beantragen", "", "new"),
    ("NFR", "Welche Version haben wir?", "version"),
    ("NFR", "Wir brauchen mehr CI-Minuten.", "minutes"),
    ("NFR", "Es sind zu viele Sitze belegt.", "seats"),
    ("Renouvellement NFR", "", "renew"),
    ("Demande de licence NFR", "Nous voudrions obtenir une licence NFR.", "new"),
    ("NFR", "Il nous faut plus de minutes.", "minutes"),
    ("NFR", "Trop d'utilisateurs : comment réduire le nombre de sièges ?", "seats"),
    ("Renovación NFR", "Nuestra licencia caduca pronto.", "renew"),
    ("NFR", "¿Qué versión tenemos?", "version"),
    ("Solicitud de licencia NFR", "", "new"),
    ("NFR", "Precisamos renovar a licença.", "renew"),
    ("NFR", "Precisamos de mais minutos.", "minutes"),
    ("NFRライセンス申請", "", "new"),
    ("NFRの更新", "有効期限が近いです。", "renew"),
    ("NFR", "シート数を減らしたい", "seats"),
    ("NFR request", "We would like to request an NFR. As you can see we plan to run demos in March.", "new"),
    # what nobody can tell
    ("NFR", "A question about our NFR.", ""),
    ("NFR", "", ""),
)

SAID = (
    ("Namespace: northwind-devops", {"namespace": "northwind-devops"}),
    ("Our group is https://gitlab.com/groups/northwind-devops/lab/-/billings.", {"namespace": "northwind-devops"}),
    ("see https://docs.gitlab.com/ee/x and https://gitlab.com/gitlab-org/gitlab/-/issues/1", {"namespace": None}),
    ("SaaS, 10 seats, trial is running until 30 December 2026.",
     {"types": ["saas"], "seats": "10", "trial_ends": "2026-12-30", "trial": "running"}),
    ("A self-managed and a SaaS licence", {"types": ["saas", "self_managed"]}),
    ("Auf eigenem Server bitte, on-premises", {"types": ["self_managed"]}),
    ("Our trial has expired.", {"trial": "over"}),
    ("Our trial is not expired yet.", {"trial": None}),
    ("Group: ACME Lab\nThanks", {"namespace": "ACME Lab"}),  # a name: explained as no path, not taken for “ACME”
    ("Group: ACME\nLab: yes", {"namespace": "ACME"}),
    ("Tier: Ultimate\nUsers: 25", {"tier": "ultimate", "seats": "25"}),
    ("Is it Premium or Ultimate?", {"tier": None}),
    ("13 of 10 seats are in use.", {"seats_used": "13", "seats_allowed": "10", "seats": None}),
    ("Seats: 13/10", {"seats_used": "13", "seats_allowed": "10"}),
    ("Re: Our SaaS NFR shows 13 of 10 seats [PHD-1033]", {"seats_used": "13", "seats": None}),
    ("There are 12 seats in use, the licence allows 10.", {"seats_used": "12"}),
    ("Seats in use: 14\nSeats allowed: 10", {"seats_used": "14", "seats_allowed": "10"}),
    ("Reduce by: 4 Dec 2026", {"seats_by": "2026-12-04"}),
    ("[GitLab Support] Re: NFR renewal #412345", {"support_ticket": "412345"}),
    ("https://gitlab.zendesk.com/agent/tickets/412346", {"support_ticket": "412346"}),
    ("Support ticket number 412347", {"support_ticket": "412347"}),
    ("Your number PHD-1042", {"support_ticket": None}),
    ("Contact: Katrin Vogel, katrin@northwind.example.com",
     {"contact_name": "Katrin Vogel", "contact_email": "katrin@northwind.example.com"}),
    ("Please contact us if you need more.", {"contact_name": None}),
    ("グループ: https://gitlab.com/groups/nw-jp", {"namespace": "nw-jp"}),
)  # fmt: skip


GROUPS = (
    ("Which group? We have several.", ""),
    ("Our group is quite large.", ""),
    ("Is the group correct? The namespace seems wrong; it was in a group from Germany.", ""),
    ("The group was created yesterday, the group admin is Jane.", ""),
    ("Namespace: tbd", ""),
    ("Our namespace is acme.", "acme"),
    ("The group is called acme and has a trial.", "acme"),
    ("Set it on our group “acme”, thanks", "acme"),
    ("Namespace: acme\nThank you", "acme"),
    ("Please take the group acme-lab for it", "acme-lab"),
    ("Der Namespace lautet acme.", "acme"),
    ("the namespace acme_lab, with a trial", "acme_lab"),
)


def test_a_word_of_a_sentence_is_no_group() -> None:
    for text, group in GROUPS:
        found = finding.every([Source(name="a mail", pages=(text,), kind="mail")], {}).get("namespace", [])
        assert [one["value"] for one in found if one["sure"] >= reading.TAKEN] == ([group] if group else []), text


def test_the_topic_is_told_by_the_words() -> None:
    for subject, text, topic in TOPICS:
        assert topics.by_words(subject, text) == topic, (subject, text)


def test_values_are_found() -> None:
    for text, wanted in SAID:
        found = finding.every([Source(name="a mail", pages=(text,), kind="mail")], {})
        for name, value in wanted.items():
            rows = [one["value"] for one in found.get(name, [])]
            if value is None:
                assert rows == [], (text, name)
            elif isinstance(value, list):
                assert sorted(set(rows)) == value, (text, name)
            else:
                assert rows[:1] == [value], (text, name)


def test_what_the_form_asked_counts_most() -> None:
    given = {"nfr_topic": "renew", "licence_type": "self_managed", "namespace": "gitlab.com/acme/lab", "seats": "5"}
    assert topics.topic_of("NFR minutes", "more CI minutes", given) == "renew"
    found = finding.every([Source(name="a mail", pages=("SaaS, 10 seats",), kind="mail")], given)
    assert [found[name][0]["value"] for name in ("types", "namespace", "seats")] == ["self_managed", "acme", "5"]
    both = finding.every([], {"licence_type": "both"})["types"]
    assert {one["value"] for one in both} == {"saas", "self_managed"}


def test_a_personal_namespace_is_explained() -> None:
    [row] = finding.every([Source(name="a mail", pages=("Namespace: gitlab.com/users/katrin",), kind="mail")], {})[
        "namespace"
    ]
    assert "own namespace" in row["problem"]
