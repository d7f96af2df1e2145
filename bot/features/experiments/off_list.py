"""Ends tests of earlier versions that are not on the closed list any more, and tells the person.

The task runs after a start, some people in each transaction. Each person is told by a job of their
own, so that a kill in between costs nothing, and at night without a sound. Until they have read it,
the summary and the check-in say it, too.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Experiment, TrialStatus, User
from bot.features.experiments import cards, queries
from bot.features.experiments.queries import LISTED_HABITS
from bot.features.experiments.rules import StopReason
from bot.features.experiments.start_stop_queries import has_notice, stop
from bot.i18n.translator import Translator
from bot.operations.batches import Task
from bot.telegram import job_rows
from bot.telegram.jobs import JobContext, JobKind
from bot.telegram.replies import Replies, Say

NOTICE = "experiments.notice"


async def end_tests(session: Session, people: Sequence[int], now: datetime) -> bool:
    """End the running tests of some people that are not on the list. Idempotent.

    Returns True: it is done for them.
    """
    found = await session.exec(
        select(Experiment)
        .where(
            col(Experiment.user_id).in_(people),
            Experiment.status == TrialStatus.RUNNING,
            col(Experiment.habit).not_in(LISTED_HABITS),
        )
        .order_by(col(Experiment.id))
    )
    for test in found.all():
        user = await session.get_one(User, test.user_id)
        on = queries.today(user, now)
        await stop(session, user, test, StopReason.OFF_LIST, on, now)
        await job_rows.queue(session, user.id, NOTICE, {"id": test.id}, now)
    return True


async def _tell(job: JobContext) -> Replies:
    """Tell the person that their test has ended, unless they have read it meanwhile."""
    async with job.transaction() as context:
        test = await queries.owned(context.session, job.arguments["id"], context.person.id)
        if test is None or not has_notice(test):
            return ()
        card = await cards.stopped_card(context.session, context.person, test, context.now)
    return [Say(card)]


def _progress(tr: Translator, _done: int, _total: int | None) -> str:
    """Shown only if telling takes longer than two seconds."""
    return tr.gettext("I am looking at your fair test.")


TASK = Task("tests_off_list", "1", end_tests)
JOBS = {NOTICE: JobKind(_tell, _progress, is_done_late=True)}
