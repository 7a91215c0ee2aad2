"""The published list for the handbook's merge request: the page's own lines, as they are on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from people.models import ChannelManager
from routing import history
from routing.models import Coverage
from routing.team import acts, moves, published
from tests.conftest import Cast
from tests.routing.team_cast import client_of
from tickets.models import Resource

TODAY = timezone.localdate()
SHEET = "https://docs.google.com/spreadsheets/d/1okdK1HoqM-POt6GySRadeFp5AWf0rJY43GoScUq0EX0/edit#gid=974923348"
AS_PUBLISHED = """#### Channel Managers by GEO


<details>
<summary markdown="span">AMER</summary>
- Jay Bahar: CT, MA, ME, NH, NJ, NY, Eastern PA, RI, VT
- Lisa Cartagena: AK, AZ, CA, CO, HI, IA, ID, MN, MT, ND, NM, NV, OR, SD, UT, WA, WI
- Maria Henry: DE, FL, GA, KY, MD, NC, Western PA, PR, SC, TN, VA, Washington DC, WV
- Joe McAninch: AL, AR, IL, IN, KS, LA, MI, MO, MS, NE, OH, OK, TX

</details>


<details>
<summary markdown="span">APAC</summary>
- ANZ: Frank McGowan
- Japan: Masa Ueda
- India: Amit Kaul
- Taiwan and ASEAN: Teo Wan Ping
- Korea: Sang Hoon Kim
- Others: Dirk de Vos

</details>


<details>
<summary markdown="span">EMEA Select</summary>
- France: Tristan Ouin
- DACH: Ilaria Pazienza
- Poland: Ilaria Pazienza
- Italy: Ilaria Pazienza
- Cze: Ilaria Pazienza
- UK: Matthew Coughlan
- Nordics: Matthew Coughlan
- Benelux: Matthew Coughlan

</details>


<details>
<summary markdown="span">EMEA Open</summary>
- Middle East: Camille Dios
- Africa: Camille Dios
- Southern Europe: Camille Dios
- DACH: Bastian van der Stel
- Russia: Jags Bewas
- Northern Europe: Jags Bewas
- UKI: Jags Bewas
- Nordics: Jags Bewas
- Benelux: Jags Bewas

</details>


<details>
<summary markdown="span">US-PubSec</summary>
- Open: Maria del Pilar Mejia
- For all others, refer to columns B&C in the [CAM Mapping FY23](SHEET) spreadsheet.

</details>
""".replace("SHEET", SHEET)


@pytest.fixture
def sheet(roster: None, db: None) -> None:
    """The resources say where the mapping is kept."""
    Resource.objects.create(slug="cam-mapping-tables", title="CAM Mapping FY23", address=SHEET)


def who(name: str) -> ChannelManager:
    return ChannelManager.objects.get(name=name)


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"- {start}"))


def test_the_list_of_the_page_comes_back_as_it_was_published(cast: Cast, sheet: None) -> None:
    assert published.markdown(date(2022, 11, 22)) == AS_PUBLISHED
    answer = client_of(cast.sofia).get("/routing/roster.md?on=2022-11-22")
    assert (answer["Content-Type"], answer.content.decode()) == ("text/plain; charset=utf-8", AS_PUBLISHED)
    assert client_of(cast.sofia).get("/routing/roster.md?on=nonsense").status_code == 200


@pytest.mark.parametrize("day", ["2022-10-31", "2022-13-45"])
def test_a_day_before_the_list_or_none_is_no_fault(cast: Cast, sheet: None, day: str) -> None:
    text = client_of(cast.nadia).get(f"/routing/roster.md?on={day}").content.decode()
    assert text.startswith("#### Channel Managers by GEO\n")
    assert ("Jay Bahar" in text) == (day == "2022-13-45")  # no such day: today


def test_states_that_move_stand_with_their_new_manager_in_the_order_of_the_page(cast: Cast, sheet: None) -> None:
    for place, part in (("US-NY", ""), ("US-PA", "eastern")):
        row = Coverage.objects.get(place=place, part=part)
        history.change_coverage(row, manager=who("Lisa Cartagena"), valid_from=TODAY, by=cast.lena, why="Moves")
    text = published.markdown(TODAY)
    assert line_of(text, "Jay") == "- Jay Bahar: CT, MA, ME, NH, NJ, RI, VT"
    assert line_of(text, "Lisa") == (
        "- Lisa Cartagena: AK, AZ, CA, CO, HI, IA, ID, MN, MT, ND, NM, NV, NY, OR, Eastern PA, SD, UT, WA, WI"
    )
    assert text.index("Jay Bahar") < text.index("Lisa Cartagena") < text.index("Maria Henry")
    assert published.markdown(TODAY - timedelta(days=1)) == AS_PUBLISHED


def test_an_area_is_taken_apart_where_its_places_have_different_managers(cast: Cast, sheet: None) -> None:
    taiwan = Coverage.objects.get(place="TW")
    history.change_coverage(taiwan, manager=who("Masa Ueda"), valid_from=TODAY, by=cast.lena, why="Moves")
    lines = published.markdown(TODAY).splitlines()
    found = {line for line in lines if "Taiwan" in line or "ASEAN" in line}
    assert found == {"- Taiwan: Masa Ueda", "- ASEAN: Teo Wan Ping"}
    back = Coverage.objects.valid_on(TODAY).get(place="TW")
    history.change_coverage(back, manager=who("Teo Wan Ping"), valid_from=TODAY, by=cast.lena, why="And back")
    assert published.markdown(TODAY) == AS_PUBLISHED


def test_the_list_as_it_will_be_is_shown_before_anything_changes(cast: Cast, sheet: None) -> None:
    change = acts.begin("joins", effective=TODAY, by=cast.nadia, person={"name": "Nora Lind"})
    row = Coverage.objects.get(place="JP")
    acts.write(change, by=cast.nadia, values={}, given=[{"rule": f"coverage:{row.pk}", "to": moves.JOINER}])
    address = f"/routing/roster.md?change={change.pk}"
    assert "- Japan: Nora Lind" in client_of(cast.nadia).get(address).content.decode()
    assert "- Japan: Masa Ueda" in client_of(cast.sofia).get(address).content.decode()  # plans are the desk's
    assert "- Japan: Masa Ueda" in client_of(cast.nadia).get("/routing/roster.md").content.decode()
