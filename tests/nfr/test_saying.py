"""What a partner's words say about their seats, in the languages the recognisers know."""

from __future__ import annotations

from typing import Final

from nfr import saying

REDUCED, STILL, NEITHER = "reduced", "still", ""
CASES: Final[tuple[tuple[str, str, int | None], ...]] = (
    ("We have removed 6 users.", REDUCED, None),
    ("Done!", REDUCED, None),
    ("We removed four people. Now it is nine.", REDUCED, 9),
    ("We are down to 9 of 10 seats now.", REDUCED, 9),
    ("I can now confirm that we removed the users", REDUCED, None),
    ("We removed Anna and Ben. The Seats tab says 10 of 10.", REDUCED, 10),
    ("No, we removed them all: 8 of 10.", REDUCED, 8),
    ("Three people left the group, it is 24 now.", STILL, 24),
    ("We removed two, now we are at 11.", STILL, 11),
    ("We removed two colleagues on Friday but the billing page still says 12. Is it broken?", STILL, 12),
    ("13 of 10 seats are in use", STILL, 13),
    ("The number has not changed.", STILL, None),
    ("The number has changed, thanks: 9 of 10 now.", REDUCED, 9),
    ("We will remove them tomorrow.", NEITHER, None),
    ("How can we see who they are?", NEITHER, None),
    ("We have not removed anybody yet.", NEITHER, None),
    ("We haven\u2019t removed anyone", NEITHER, None),
    ("Could you tell us who was removed?", NEITHER, None),
    ("Thanks, I'll ask our admin.", NEITHER, None),
    ("Wir haben drei Benutzer entfernt, jetzt sind es 9.", REDUCED, 9),
    ("Erledigt.", REDUCED, None),
    ("Die Abrechnungsseite zeigt immer noch 12.", STILL, 12),
    ("Wir werden morgen zwei Nutzer entfernen.", NEITHER, None),
    ("Wir haben noch keine Benutzer entfernt.", NEITHER, None),
    ("Nous avons supprimé trois comptes.", REDUCED, None),
    ("La page de facturation affiche toujours 12.", STILL, 12),
    ("Nous allons supprimer des comptes demain.", NEITHER, None),
    ("Sí, hemos eliminado a dos personas.", REDUCED, None),
    ("Hemos eliminado tres usuarios, ahora tenemos 9.", REDUCED, 9),
    ("Todavía aparecen 12 en la página.", STILL, 12),
    ("Vamos a eliminar dos mañana.", NEITHER, None),
    ("Removemos três usuários. Agora temos 9 de 10.", REDUCED, 9),
    ("Ainda aparecem 12 assentos.", STILL, 12),
    ("Ainda não removemos ninguém.", NEITHER, None),
    ("ユーザーを3名削除しました。", REDUCED, None),
    ("3名を削除しました。現在9名です。", REDUCED, 9),
    ("まだ12と表示されています。", STILL, 12),
    ("来週削除する予定です。", NEITHER, None),
    ("", NEITHER, None),
    # A number that counts something else says nothing.
    ("I have just one question about it.", NEITHER, None),
    ("There is only one owner and she is away.", NEITHER, None),
    ("We need a 14 day extension.", NEITHER, None),
    ("We still have 14 days, I think.", NEITHER, None),
    ("Wir haben noch 2 Fragen dazu.", NEITHER, None),
    ("L'équipe a 3 administrateurs.", NEITHER, None),
    ("Tenemos 2 preguntas.", NEITHER, None),
    ("We removed 3 of 13 users.", REDUCED, None),
    ("We removed them on 3/10.", REDUCED, None),
    ("Only 3 users were removed", REDUCED, None),
    ("Les sièges ont été réduits à 12.", STILL, 12),
    ("Hemos reducido a 11 usuarios.", STILL, 11),
    ("Reduzimos para 10 assentos.", REDUCED, 10),
    ("I am away, with reduced availability.", NEITHER, None),
    ("The number of seats you reduced is wrong.", NEITHER, None),
    ("We still need 25 seats for the workshop.", NEITHER, None),
    ("It still lists 13 people, although we removed three.", STILL, 13),
    # Nor do a hope, a duty, a part of it, somebody else's doing, what has become of another thing.
    ("Tell me who needs to be removed.", NEITHER, None),
    ("Let us know which users are to be removed.", NEITHER, None),
    ("No users were removed.", NEITHER, None),
    ("We never deleted anybody.", NEITHER, None),
    ("They may be removed.", NEITHER, None),
    ("I thought they were removed.", NEITHER, None),
    ("The users are being removed.", NEITHER, None),
    ("We removed one person so far.", NEITHER, None),
    ("We removed two. The third one will be removed tomorrow.", NEITHER, None),
    ("We removed three. One could not be removed, he came from a shared group.", NEITHER, None),
    ("I removed you from the copy.", NEITHER, None),
    ("Wir haben niemanden entfernt.", NEITHER, None),
    ("Die Nutzer sollten entfernt sein.", NEITHER, None),
    ("Ich wüsste gern, wer gelöscht wurde.", NEITHER, None),
    ("Les utilisateurs seront supprimés vendredi.", NEITHER, None),
    ("Ils vont être supprimés.", NEITHER, None),
    ("Le nombre doit être réduit.", NEITHER, None),
    ("Serán eliminados el lunes.", NEITHER, None),
    ("Nadie ha sido eliminado.", NEITHER, None),
    ("Vão ser removidos na segunda.", NEITHER, None),
    ("Ninguém foi removido.", NEITHER, None),
    ("削除しましたらご連絡します。", NEITHER, None),
    ("もう削除しましたか。", NEITHER, None),
    ("C'est fait, il reste 10 utilisateurs.", REDUCED, 10),
    ("Erledigt, wir sind jetzt bei 10.", REDUCED, 10),
    # What only asks us to go on, or says who they were, takes nothing back.
    ("We have removed three users, let me know if you need anything else.", REDUCED, None),
    ("The seats have been reduced, could you please proceed?", REDUCED, None),
    ("Done, we are at 10 now, please let us know if this is ok", REDUCED, 10),
    ("I removed them and would like to go on with the renewal", REDUCED, None),
    ("I have removed 3 users who had left the company so you can proceed", REDUCED, None),
    ("We removed everyone who does not need access, it should be fine now.", REDUCED, None),
    ("Wir haben die Nutzer entfernt, können Sie das bitte prüfen?", REDUCED, None),
    ("Nous avons retiré les utilisateurs, pouvez-vous vérifier ?", REDUCED, None),
    ("Hemos quitado los usuarios, ¿pueden continuar con la renovación?", REDUCED, None),
    ("ユーザーを削除しましたので、更新をお願いできますでしょうか。", REDUCED, None),
    # A question stays one, and so does what is still to be done.
    ("If we had removed them it would show 10.", NEITHER, None),
    ("We removed three users, is that enough?", NEITHER, None),
    ("Have all users that are inactive been removed, can you check?", NEITHER, None),
    ("Were the users removed, could you please check?", NEITHER, None),
    ("Please confirm that the users were removed.", NEITHER, None),
    ("The users that were removed, please add them again.", NEITHER, None),
    ("We removed those who had left, the ones that are here will be removed next week.", NEITHER, None),
    ("We removed two and would like to remove the third", NEITHER, None),
    ("We removed two, it should now show 12.", NEITHER, None),
    ("Sind die Nutzer entfernt, können Sie das prüfen?", NEITHER, None),
    ("¿Se han eliminado los usuarios, puede comprobarlo?", NEITHER, None),
    ("Les utilisateurs ont-ils été supprimés, pouvez-vous vérifier ?", NEITHER, None),
)


def test_what_they_say() -> None:
    for words, verdict, count in CASES:
        said = saying.read(words, allowed=10)
        assert (said.verdict, said.count) == (verdict, count), words


def test_without_a_number_to_compare_only_words_count() -> None:
    assert saying.read("9 of 10 seats are in use").verdict == NEITHER
    assert saying.read("We removed three, now it is 11.").verdict == REDUCED


def test_who_has_removed_too_few_has_more_to_do() -> None:
    for words, verdict in (
        ("We removed one person.", NEITHER),
        ("Two users were removed.", NEITHER),
        ("We removed two. Then we removed one more user.", REDUCED),
        ("Wir haben zwei Benutzer entfernt.", NEITHER),
        ("ユーザーを2名削除しました。", NEITHER),
        ("We removed one person, it is 10 now.", REDUCED),
        ("We removed 6 users.", REDUCED),
    ):
        assert saying.read(words, allowed=10, used=13).verdict == verdict, words
