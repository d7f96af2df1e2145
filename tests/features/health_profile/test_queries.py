"""Rows of the health profile, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.database.engine import Database
from bot.database.models import Fluids, Medicine, ProfileItem
from bot.features.diary.limits import MEDICINES
from bot.features.health_profile import queries
from bot.features.health_profile.values import ITEMS, LIMIT_FLUIDS
from bot.identity import people as users

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
ANN, BEN = 5_000_000_001, 5_000_000_002


async def meet(database: Database) -> None:
    async with database.transaction() as session:
        for person in (ANN, BEN):
            await users.get_or_create(session, person, NOW, "en")


async def profile(database: Database, user_id: int = ANN) -> dict[str, str]:
    async with database.transaction() as session:
        return await queries.profile_of(session, user_id)


async def tell(database: Database, item: str, value: str, user_id: int = ANN) -> None:
    async with database.transaction() as session:
        await queries.set_item(session, user_id, item, value, NOW)


async def test_setting_items_is_idempotent_and_keeps_their_order(database: Database) -> None:
    await meet(database)
    for item in reversed(ITEMS):
        for value in (*ITEMS[item], ITEMS[item][0]):
            await tell(database, item, value)
    told = await profile(database)
    assert list(told) == list(ITEMS)
    assert told == {item: values[0] for item, values in ITEMS.items()}
    async with database.transaction() as session:
        assert len(list(await session.exec(select(ProfileItem)))) == len(ITEMS)


async def test_an_item_is_erased_alone_and_of_one_person(database: Database) -> None:
    await meet(database)
    for person in (ANN, BEN):
        await tell(database, "pregnant", "yes", person)
        await tell(database, "diabetes", "no", person)
    async with database.transaction() as session:
        for _ in range(2):
            await queries.erase_item(session, ANN, "pregnant")
    assert await profile(database) == {"diabetes": "no"}
    assert await profile(database, BEN) == {"pregnant": "yes", "diabetes": "no"}


async def test_all_of_one_person_is_erased_with_their_medicines(database: Database) -> None:
    await meet(database)
    for person in (ANN, BEN):
        await tell(database, "pregnant", "yes", person)
        async with database.transaction() as session:
            assert await queries.add_medicine(session, person, 7, "drops", NOW)
    async with database.transaction() as session:
        await queries.erase_all(session, ANN)
    assert await profile(database) == {}
    async with database.transaction() as session:
        assert await queries.medicines_of(session, ANN) == []
        assert [one.words for one in await queries.medicines_of(session, BEN)] == ["drops"]
    assert await profile(database, BEN) == {"pregnant": "yes"}


async def test_a_row_of_a_removed_item_is_not_shown(database: Database) -> None:
    await meet(database)
    await tell(database, "shoe_size", "44")
    assert await profile(database) == {}


async def test_a_medicine_is_kept_once_for_its_message(database: Database) -> None:
    await meet(database)
    for number in (7, 7, 8):
        async with database.transaction() as session:
            assert await queries.add_medicine(session, ANN, number, f"no {number}", NOW)
    async with database.transaction() as session:
        medicines = await queries.medicines_of(session, ANN)
        assert [one.words for one in medicines] == ["no 7", "no 8"]
        queries.set_start(session, medicines[1], date(2024, 2, 29))
    async with database.transaction() as session:
        assert [one.started_on for one in await queries.medicines_of(session, ANN)] == [
            None,
            date(2024, 2, 29),
        ]


async def test_the_list_is_full_but_what_is_on_it_stays(database: Database) -> None:
    await meet(database)
    async with database.transaction() as session:
        for number in range(MEDICINES):
            assert await queries.add_medicine(session, ANN, number, "one", NOW)
        assert await queries.add_medicine(session, ANN, MEDICINES, "one", NOW) is None
        assert await queries.add_medicine(session, ANN, 0, "one", NOW) is not None
        assert await queries.add_medicine(session, BEN, 0, "one", NOW) is not None


async def test_a_medicine_belongs_to_one_person(database: Database) -> None:
    await meet(database)
    async with database.transaction() as session:
        medicine = await queries.add_medicine(session, ANN, 7, "drops", NOW)
        assert medicine is not None
        number = medicine.id
    async with database.transaction() as session:
        assert await queries.owned_medicine(session, number, ANN) == medicine
        assert await queries.owned_medicine(session, number, BEN) is None
        assert await queries.owned_medicine(session, None, ANN) is None
        assert await queries.owned_medicine(session, -1, ANN) is None


@pytest.mark.parametrize("fluids", list(Fluids))
@pytest.mark.parametrize("value", ["yes", "no"])
async def test_an_answer_about_drinks_overrides_a_contrary_profile(
    database: Database, fluids: Fluids, value: str
) -> None:
    await meet(database)
    for person in (ANN, BEN):
        await tell(database, LIMIT_FLUIDS, value, person)
        await tell(database, "pregnant", value, person)
    async with database.transaction() as session:
        for _ in range(2):
            await users.remove_contrary_fluid_item(session, ANN, fluids)
    agrees = (value == "no") is (fluids is Fluids.FREE)
    assert (LIMIT_FLUIDS in await profile(database)) is agrees
    assert (await profile(database))["pregnant"] == value
    assert (await profile(database, BEN))[LIMIT_FLUIDS] == value


async def test_erasing_a_person_erases_their_profile(database: Database) -> None:
    await meet(database)
    await tell(database, "pregnant", "yes")
    async with database.transaction() as session:
        await queries.add_medicine(session, ANN, 7, "drops", NOW + timedelta(days=1))
        await users.erase(session, ANN, NOW)
    async with database.transaction() as session:
        assert list(await session.exec(select(ProfileItem))) == []
        assert list(await session.exec(select(Medicine))) == []
